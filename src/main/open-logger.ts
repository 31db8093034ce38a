import { resolve } from 'node:path'
import { isatty } from 'node:tty'
import { type DestinationStream, type Logger, pino } from 'pino'
import { syslogSentence } from '../cli/oslo-flags.ts'
import type { Config } from '../config/config.ts'
import { Fault } from '../model/fault.ts'
import { fileProblem } from '../model/file-problem.ts'

type LogConfig = Pick<Config, 'debug' | 'logFile' | 'logDir' | 'useSyslog'>

/**
 * Opens the log of a program: JSON on stderr, readable lines if stderr is a terminal, or JSON in a file. Throws a Fault if
 * the file cannot be opened.
 */
export async function openLogger(config: LogConfig, program: string): Promise<Logger> {
  if (config.useSyslog) throw new Fault(syslogSentence)
  const settings = { level: config.debug ? 'debug' : 'info' }
  // Keep serving requests when the log cannot be written: on a full disk, or to a reader that has ended.
  for (const stream of [process.stdout, process.stderr])
    if (stream.listenerCount('error') === 0) stream.on('error', () => {})
  const file = logFileOf(config, program)
  if (file !== undefined) return pino(settings, writtenPerTurn(openLogFile(file)))
  if (!process.stderr.isTTY) {
    const destination = pino.destination({ dest: 2, sync: true })
    destination.on('error', () => {})
    return pino(settings, writtenPerTurn(destination))
  }
  const ignore = 'pid,hostname,method,url,status,ms,client,requestId,objection'
  const { default: pretty } = await import('pino-pretty')
  return pino(settings, pretty({ destination: 2, sync: true, ignore, translateTime: 'HH:MM:ss', singleLine: true }))
}

/** More characters than this do not wait for the end of a turn of the event loop. */
const waitingMax = 64 * 1024

/**
 * Writes the lines of a turn of the event loop together when the turn ends, because each write takes longer than making a
 * line. A process that ends by itself, with or without an error, has written all of its lines.
 */
function writtenPerTurn(destination: ReturnType<typeof pino.destination>): DestinationStream {
  let waiting = ''
  const writeAll = () => {
    const lines = waiting
    waiting = ''
    if (lines !== '') destination.write(lines)
  }
  process.on('exit', writeAll)
  return {
    write(line) {
      if (waiting === '') setImmediate(writeAll)
      waiting += line
      if (waiting.length > waitingMax) writeAll()
    },
  }
}

/** As in oslo.log: a file, inside the folder if there is one; a folder alone has one file for each program. */
function logFileOf({ logFile, logDir }: LogConfig, program: string): string | undefined {
  if (logFile === undefined && logDir === undefined) return undefined
  return resolve(logDir ?? '', logFile ?? `${program}.log`)
}

function openLogFile(file: string) {
  try {
    const destination = pino.destination({ dest: file, sync: true, mode: 0o640 })
    destination.on('error', () => {})
    // logrotate renames the file and sends this signal. With `copytruncate` it sends none, and appending is enough.
    if (!isatty(0)) process.on('SIGHUP', () => destination.reopen())
    return destination
  } catch (cause) {
    throw new Fault(
      `The log file ${file} cannot be opened: ${fileProblem(cause)}. --log-file and --log-dir, or [DEFAULT] log_file and log_dir, specify another one.`,
      { cause },
    )
  }
}
