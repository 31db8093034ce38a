import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { systemProgram } from './system-program.ts'

/** At this size, a log is renamed and a new one begins; only one older log is kept. */
export const logBytesMax = 8 * 1024 * 1024
const excerptBytesMax = 64 * 1024
/** `dd` ends after `remaining bytes / blockBytes` reads, however short each of them is. Small blocks make that rare. */
const blockBytes = 1024

export const olderLog = (log: string): string => `${log}.1`

/**
 * Copies its input to the log at once. It runs as long as a process can write to it, even after the worker has ended.
 * Output that does not fit on the disk is discarded, so that the server never waits for it.
 */
const copyToLog = `
  umask 077
  discard() { dd status=none bs=64k count=1 2> /dev/null | grep -q .; }
  while :; do
    size=$(stat -c %s -- "$1" 2> /dev/null || echo 0)
    if [ "$size" -ge "$2" ]; then mv -f -- "$1" "$1.1"; size=0; fi
    report=$(dd status=noxfer bs=${blockBytes} iflag=count_bytes count=$(($2 - size)) oflag=append conv=notrunc of="$1" 2>&1) ||
      { discard || exit 0; continue; }
    case $report in '0+0 records in'*) exit 0 ;; esac
  done`

/** The input of a log, for `stdio` of `spawn`. */
export type LogInput = Readonly<{
  stdio: number | NonNullable<ChildProcess['stdin']>
  /** Closes our end once the server is spawned; the server keeps its own. */
  close(): void
  /** Resolves when everything that a server wrote before it ended is in the log. */
  written(): Promise<void>
}>

const writtenWithinMs = 2_000

export function openLog(log: string): LogInput {
  const [shell, dd] = [systemProgram('sh'), systemProgram('dd')]
  if (process.platform !== 'linux' || !shell || !dd) {
    const file = openSync(log, 'a', 0o600)
    return { stdio: file, close: () => closeSync(file), written: async () => {} }
  }
  const copier = spawn(shell, ['-c', copyToLog, 'server-log', log, String(logBytesMax)], {
    cwd: '/',
    detached: true,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const ended = once(copier, 'exit').catch(() => {})
  copier.stdin.on('error', () => {})
  copier.unref()
  return {
    stdio: copier.stdin,
    close: () => copier.stdin.destroy(),
    written: async () => {
      await Promise.race([ended, setTimeout(writtenWithinMs, undefined, { ref: false })])
    },
  }
}

/** True if a process with this command line copies to the log. */
export const isLogCopier = (command: string, log: string): boolean =>
  command.includes(` server-log ${log} `) || command.endsWith(` of=${log}`)

export const logSize = async (log: string): Promise<number> => (await stat(log).catch(() => undefined))?.size ?? 0

/** Bytes of the log and of the older log beside it. */
export const logBytes = async (log: string): Promise<number> => (await logSize(log)) + (await logSize(olderLog(log)))

/** Returns the text after the first `from` bytes of the log, or only the end of a long text. */
export async function logSince(log: string, from: number): Promise<string> {
  const handle = await open(log).catch(() => undefined)
  if (!handle) return ''
  try {
    const { size } = await handle.stat()
    // A new log may have begun, which is shorter.
    const start = Math.max(from <= size ? from : 0, size - excerptBytesMax)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}
