import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

/** A server that is measured, in a process of its own. */
export type Measured = Readonly<{ url: string; pid: number; stop(): Promise<void> }>

/** The core of every measured server of one process. The load comes from the other one. */
const serverCore = '0'
export const loadCore = '1'
export const allCores = `${serverCore},${loadCore}`

/** Units of /proc/PID/stat per second (sysconf(_SC_CLK_TCK), which is 100 on Linux). */
const ticksPerSecond = 100
const startMsMax = 60_000

/** Seconds of CPU that a process and those that it has started have taken, in all their threads. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  const own = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
  return childrenOf(pid).reduce((sum, child) => sum + cpuSeconds(child), own)
}

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)

/** Resident memory of a process in MiB. */
export const residentMb = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024

/**
 * Starts a Node program, by default on the core of servers, and waits until its output says where it listens: `ready at URL`. The
 * output goes to a file, because reading it from a pipe would take time of the load's core.
 */
export async function startMeasured(
  args: readonly string[],
  outputFile: string,
  cores: string = serverCore,
): Promise<Measured> {
  const output = openSync(outputFile, 'w')
  const child = spawn('taskset', ['-c', cores, process.execPath, ...args], { stdio: ['ignore', output, output] })
  closeSync(output)
  const ended = once(child, 'close')
  let hasEnded = false
  ended.then(() => {
    hasEnded = true
  })
  const untilMs = performance.now() + startMsMax
  for (;;) {
    const url = /ready at (http:[^\s"]+)/.exec(readFileSync(outputFile, 'utf8'))?.[1]
    if (url !== undefined)
      return {
        url,
        pid: child.pid!,
        async stop() {
          child.kill('SIGTERM')
          await ended
        },
      }
    if (hasEnded || performance.now() > untilMs)
      throw new Error(`${args.join(' ')} did not start: ${readFileSync(outputFile, 'utf8')}`)
    await setTimeout(50)
  }
}
