import { Tasker } from '../../src/tasker/tasker.js'

export const first = new Tasker()
export const second = new Tasker()
