import { readdirSync } from 'node:fs'
import type { Server } from 'node:http'

/** Files that this process opens besides connections of clients: databases, instances, programs that it starts, settings. */
const ownFilesMin = 24
const ownFilesMax = 256
/** As many connections are always taken: with none, nobody could be told anything. */
const connectionsMin = 8
const sayAgainMs = 60_000

type Limits = { userLimits?: { open_files?: { soft: number | 'unlimited' } } }

/** How many files this process may have open; undefined where the system does not say, or does not limit it. */
function openFilesMax(): number | undefined {
  const { userLimits } = process.report.getReport() as Limits
  const soft = Number(userLimits?.open_files?.soft)
  return Number.isSafeInteger(soft) ? soft : undefined
}

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    // Not Linux; about what a server has open at its start.
    return 40
  }
}

/** As many connections as leave a part of the files that may be open to the process itself. */
export function connectionsFor(filesMax: number, filesOpen: number): number {
  const own = Math.min(ownFilesMax, Math.max(ownFilesMin, Math.floor(filesMax / 4)))
  return Math.max(connectionsMin, filesMax - filesOpen - own)
}

/**
 * Turns connections away beyond as many as the limit of open files allows. Without that, clients could use up what the worker
 * needs to look after instances, and what a request needs to be answered.
 */
export function limitConnections(server: Server, say: (sentence: string) => void): void {
  const filesMax = openFilesMax()
  if (filesMax === undefined) return
  server.maxConnections = connectionsFor(filesMax, openFiles())
  let [turnedAway, saidAtMs] = [0, Number.NEGATIVE_INFINITY]
  server.on('drop', () => {
    turnedAway++
    if (performance.now() < saidAtMs + sayAgainMs) return
    const connections = turnedAway === 1 ? 'A connection was' : `${turnedAway} connections were`
    say(
      `${connections} turned away: ${server.maxConnections} are open, as many as a limit of ${filesMax} open files allows (LimitNOFILE of systemd, ulimit -n).`,
    )
    turnedAway = 0
    saidAtMs = performance.now()
  })
}
