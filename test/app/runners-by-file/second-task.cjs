module.exports = () => ({ completed: true })
