import { type ChildProcess, fork } from 'node:child_process'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { type CommandLine, type Program, programs } from './programs.ts'
import type { Outcome } from './sandbox.ts'

/** Runs command lines of our programs, one after the other, in one process that has the programs loaded. */
export type WarmCommands = Readonly<{
  run(line: CommandLine): Promise<Outcome>
  /** Runs those that `warm-client.mjs` sends to this socket, until the server is closed. */
  listen(socketPath: string): Server
  end(): void
}>

export function startWarmCommands(): WarmCommands {
  let child: ChildProcess | undefined
  let answer = Promise.withResolvers<Outcome>()
  let last: Promise<unknown> = Promise.resolve()
  function start() {
    const started = fork(join(import.meta.dirname, 'warm-command.ts'), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    started.on('message', (outcome: Outcome) => answer.resolve(outcome))
    started.on('exit', code => answer.reject(new Error(`The process that runs the commands ended with ${code}.`)))
    return started
  }
  function send(line: CommandLine): Promise<Outcome> {
    answer = Promise.withResolvers()
    child ??= start()
    child.send(line)
    return answer.promise
  }
  function run(line: CommandLine): Promise<Outcome> {
    const outcome = last.then(() => send(line))
    last = outcome.catch(() => {})
    return outcome
  }
  return {
    run,
    listen: socketPath =>
      createServer({ allowHalfOpen: true }, socket => {
        let sent = ''
        socket.setEncoding('utf8').on('data', chunk => (sent += chunk))
        socket.on('end', () =>
          run({ program: 'trove-manage', ...JSON.parse(sent) }).then(
            outcome => socket.end(JSON.stringify(outcome)),
            () => socket.destroy(),
          ),
        )
      }).listen(socketPath),
    end: () => child?.disconnect(),
  }
}

/** A word that a shell passes on as it is, but for its quotes and backslashes. */
const word = /\s+(?:'(?<single>[^']*)'|"(?<double>[^"$`\\]*)"|(?<bare>(?:[^\s'"\\$`|&;<>()*?[\]{}~#!]|\\.)+))(?=\s|$)/gy

/** A command line of one of our programs that needs no shell, and what a shell then does with its output: `sort | head -1`. */
export type PlainCommand = Readonly<{ program: Program; args: readonly string[]; then: string | undefined }>

/** Reads a command of a transcript; undefined when a shell would do more with it. */
export function plainCommand(command: string): PlainCommand | undefined {
  const program = programs.find(name => command === name || command.startsWith(`${name} `))
  if (program === undefined) return undefined
  const args: string[] = []
  let end = program.length
  while (end < command.length) {
    if (command.startsWith(' | ', end)) break
    word.lastIndex = end
    const groups = word.exec(command)?.groups
    if (!groups) return undefined
    args.push(groups.single ?? groups.double ?? groups.bare!.replaceAll(/\\(.)/g, '$1'))
    end = word.lastIndex
  }
  const then = end < command.length ? command.slice(end + ' | '.length) : undefined
  return then?.includes(program) ? undefined : { program, args, then }
}
