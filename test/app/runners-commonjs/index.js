// As serverless-task-scheduler has it: lambda/taskRunners/index.js.

/** @param {{ id: string, params: object }} ddbTask */
const exampleTask = async (ddbTask) => ({ completed: true, newParams: { seen: ddbTask }, newTargetTimestamp: null })

// What is spread is hidden from whoever only reads the text of a module.
const others = { otherTask: () => ({ completed: true }), limit: 5 }

module.exports = { exampleTask, ...others }
