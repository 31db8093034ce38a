import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { systemProgram } from './system-program.ts'

/** A log grows to this size, and then begins anew; the one before is kept beside it. */
export const logBytesMax = 8 * 1024 * 1024
const wordsBytesMax = 64 * 1024
/** `dd` ends when it has read `room / blockBytes` times, however little came each time: small blocks make that seldom. */
const blockBytes = 1024

export const olderLog = (log: string): string => `${log}.1`

/**
 * Copies what comes in to the log, as it comes. It lives as long as somebody can still write, also when the worker is gone;
 * what finds no room on the disk is lost, so that the server never waits for it.
 */
const copyToLog = `
  umask 077
  discard() { dd status=none bs=64k count=1 2> /dev/null | grep -q .; }
  while :; do
    size=$(stat -c %s -- "$1" 2> /dev/null || echo 0)
    if [ "$size" -ge "$2" ]; then mv -f -- "$1" "$1.1"; size=0; fi
    said=$(dd status=noxfer bs=${blockBytes} iflag=count_bytes count=$(($2 - size)) oflag=append conv=notrunc of="$1" 2>&1) ||
      { discard || exit 0; continue; }
    case $said in '0+0 records in'*) exit 0 ;; esac
  done`

/** Where a server writes to: for `stdio` of `spawn`, and given back once it is spawned. */
export type LogInput = Readonly<{
  stdio: number | NonNullable<ChildProcess['stdin']>
  /** Ours; the server keeps its own. */
  close(): void
  /** Resolves when all that a server that has ended wrote is in the log. */
  written(): Promise<void>
}>

const writtenWithinMs = 2_000

export function openLog(log: string): LogInput {
  const [shell, copy] = [systemProgram('sh'), systemProgram('dd')]
  if (process.platform !== 'linux' || !shell || !copy) {
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

/** Whether a process with this command line copies to the log. */
export const isLogCopier = (command: string, log: string): boolean =>
  command.includes(` server-log ${log} `) || command.endsWith(` of=${log}`)

export const logSize = async (log: string): Promise<number> => (await stat(log).catch(() => undefined))?.size ?? 0

/** Bytes of the log and of the one before it. */
export const logBytes = async (log: string): Promise<number> => (await logSize(log)) + (await logSize(olderLog(log)))

/** What was written after the first `from` bytes; of a long text the end. */
export async function wordsSince(log: string, from: number): Promise<string> {
  const handle = await open(log).catch(() => undefined)
  if (!handle) return ''
  try {
    const { size } = await handle.stat()
    // A log that begins anew is shorter than it was.
    const start = Math.max(from <= size ? from : 0, size - wordsBytesMax)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}
