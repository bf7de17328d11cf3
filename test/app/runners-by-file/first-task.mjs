export default () => ({ completed: true })
