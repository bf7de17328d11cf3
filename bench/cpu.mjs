import { readdirSync, readFileSync } from 'node:fs'

/** /proc counts in hundredths of a second on every Linux that is in use (USER_HZ, `man 5 proc`). */
const TICK_MS = 10

/**
 * Starts to count the CPU of this process, and of the server where there is one; what is given tells the use since, for each
 * thousand jobs.
 * @param {{ serverPid?: number | undefined }} subject
 */
export function startCpu({ serverPid }) {
  const before = process.cpuUsage()
  const serverBefore = serverPid === undefined ? 0 : serverCpuMs(serverPid)
  return (/** @type {number} */ jobs) => {
    const { user, system } = process.cpuUsage(before)
    const cpuMsPerThousand = (user + system) / jobs
    if (serverPid === undefined) return { cpuMsPerThousand }
    const serverCpuMsPerThousand = ((serverCpuMs(serverPid) - serverBefore) * 1000) / jobs
    const allCpuMsPerThousand = cpuMsPerThousand + serverCpuMsPerThousand
    return { cpuMsPerThousand, serverCpuMsPerThousand, allCpuMsPerThousand }
  }
}

/**
 * The CPU that a server has used until now: its own, that of the processes under it, and that of those which have ended.
 * @param {number} pid of its first process
 */
function serverCpuMs(pid) {
  let ticks = 0
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const times = timesOf(Number(name))
    if (Number(name) === pid) ticks += times.own + times.ofEnded
    else if (times.parent === pid) ticks += times.own
  }
  return ticks * TICK_MS
}

/**
 * Fields 4 (parent), 14 and 15 (own time), 16 and 17 (time of children that were waited for) of `man 5 proc_pid_stat`. The second
 * is a name in brackets, which may hold anything.
 * @param {number} pid
 */
function timesOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const at = (/** @type {number} */ field) => fields[field - 3] ?? 0
    return { parent: at(4), own: at(14) + at(15), ofEnded: at(16) + at(17) }
  } catch {
    return { parent: 0, own: 0, ofEnded: 0 } // it has ended meanwhile
  }
}
