/** @param {{ params: { n: number } }} row */
export const exampleTask = ({ params }) => ({ completed: true, newParams: { n: params.n + 1 } })
export const version = 3
export default { lateTask: () => ({ completed: true }) }
