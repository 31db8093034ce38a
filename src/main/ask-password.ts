import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'

const interrupted = 130

/**
 * A password for a user: all of standard input but a line's end, or what somebody types, twice and unseen.
 *
 * @returns undefined when nobody is there to type one, or does not care to
 */
export async function askPassword(user: string, fromStdin: boolean): Promise<string | undefined> {
  if (fromStdin) return (await text(process.stdin)).replace(/\r?\n$/, '')
  if (!process.stdin.isTTY) return undefined
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() })
  const line = createInterface({ input: process.stdin, output: unseen, terminal: true })
  line.once('SIGINT', () => {
    process.stderr.write('\n')
    process.exit(interrupted)
  })
  try {
    for (;;) {
      const typed = await ask(line, `Password for ${user} (none: one is made and shown): `)
      if (typed === '') return undefined
      if ((await ask(line, 'The same again: ')) === typed) return typed
      process.stderr.write('The two differ.\n')
    }
  } finally {
    line.close()
  }
}

/** Nothing when the input ends. */
async function ask(line: Interface, question: string): Promise<string> {
  process.stderr.write(question)
  const answer = await Promise.race([line.question(''), once(line, 'close').then(() => '')])
  process.stderr.write('\n')
  return answer
}
