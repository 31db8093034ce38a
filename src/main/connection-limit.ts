import { readdirSync } from 'node:fs'
import type { Server } from 'node:http'

/** Files that this process needs besides client connections: databases, instances, child processes, configuration files. */
const ownFilesMin = 24
const ownFilesMax = 256
/** Always accept this many connections; with none, no client would get any answer. */
const connectionsMin = 8
const logIntervalMs = 60_000

type Limits = { userLimits?: { open_files?: { soft: number | 'unlimited' } } }

/** The limit of open files of this process; undefined when it is unknown or unlimited. */
function openFilesMax(): number | undefined {
  const { userLimits } = process.report.getReport() as Limits
  const soft = Number(userLimits?.open_files?.soft)
  return Number.isSafeInteger(soft) ? soft : undefined
}

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    // Other systems than Linux have no /proc. A server has about this many files open after its start.
    return 40
  }
}

/** The number of connections to accept, so that some of the allowed open files remain for the process itself. */
export function connectionsFor(filesMax: number, filesOpen: number): number {
  const own = Math.min(ownFilesMax, Math.max(ownFilesMin, Math.floor(filesMax / 4)))
  return Math.max(connectionsMin, filesMax - filesOpen - own)
}

/**
 * Rejects connections beyond the limit of open files. Otherwise clients could use up the files that the worker needs for
 * instances, and that requests need to be answered.
 */
export function limitConnections(server: Server, say: (sentence: string) => void): void {
  const filesMax = openFilesMax()
  if (filesMax === undefined) return
  server.maxConnections = connectionsFor(filesMax, openFiles())
  let [rejected, loggedAtMs] = [0, Number.NEGATIVE_INFINITY]
  server.on('drop', () => {
    rejected++
    if (performance.now() < loggedAtMs + logIntervalMs) return
    say(
      `Rejected ${rejected} ${rejected === 1 ? 'connection' : 'connections'}: ${server.maxConnections} are open, the maximum for a limit of ${filesMax} open files (LimitNOFILE of systemd, ulimit -n).`,
    )
    rejected = 0
    loggedAtMs = performance.now()
  })
}
