import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'

const exitCodeOfInterrupt = 130

/**
 * Reads a password from standard input, without the line break at its end, or asks for it twice on the terminal, without echo.
 *
 * @returns undefined without a terminal, or when the user leaves it empty
 */
export async function askPassword(user: string, fromStdin: boolean): Promise<string | undefined> {
  if (fromStdin) return (await text(process.stdin)).replace(/\r?\n$/, '')
  if (!process.stdin.isTTY) return undefined
  return withoutEcho(async line => {
    for (;;) {
      const password = await ask(line, `Password for ${user} (leave empty to generate one): `)
      if (password === '') return undefined
      if ((await ask(line, 'Repeat the password: ')) === password) return password
      process.stderr.write('The passwords do not match.\n')
    }
  })
}

/** Asks for a password that exists, once. Returns undefined without a terminal. */
export async function askExistingPassword(question: string): Promise<string | undefined> {
  return process.stdin.isTTY ? withoutEcho(line => ask(line, question)) : undefined
}

async function withoutEcho<T>(use: (line: Interface) => Promise<T>): Promise<T> {
  const noEcho = new Writable({ write: (_chunk, _encoding, done) => done() })
  const line = createInterface({ input: process.stdin, output: noEcho, terminal: true })
  line.once('SIGINT', () => {
    process.stderr.write('\n')
    process.exit(exitCodeOfInterrupt)
  })
  try {
    return await use(line)
  } finally {
    line.close()
  }
}

/** Returns an empty answer when the input ends. */
async function ask(line: Interface, question: string): Promise<string> {
  process.stderr.write(question)
  const answer = await Promise.race([line.question(''), once(line, 'close').then(() => '')])
  process.stderr.write('\n')
  return answer
}
