/** What is wrong with the log, in words; each kind of it once, with the line. */
export type LogWatch = Readonly<{
  hear(chunk: string): void
  /** A text that must not be in the log: a token, a password. */
  keepSecret(secret: string): void
  findings(): readonly string[]
  /** The last lines, for who has to see what happened. */
  tail(): readonly string[]
}>

const tailMax = 40
const secretsMax = 150
/** The first that were told are for the whole run: tokens, and the passwords of people. */
const firstSecrets = 20

/** Reads a log of JSON lines as it comes. Lines of requests are many, so they are only searched. */
export function watchLog(): LogWatch {
  const secrets = new Set<string>()
  const findings = new Map<string, string>()
  let tail: string[] = []
  let unfinished = ''

  function look(line: string): void {
    if (/"(?:stack)":/.test(line))
      note(`stack: ${/"message":"([^"]{0,80})/.exec(line)?.[1]}`, 'A stack in the log', line)
    else if (/"level":[56]0/.test(line)) note(`error: ${line.slice(-80)}`, 'An error in the log', line)
    else if (!line.startsWith('{')) note(`text: ${line.slice(0, 60)}`, 'A line that is no JSON in the log', line)
  }
  const note = (kind: string, what: string, line: string) => {
    if (!findings.has(kind)) findings.set(kind, `${what}: ${line.slice(0, 1500)}`)
  }

  return {
    hear(chunk) {
      const lines = (unfinished + chunk).split('\n')
      unfinished = lines.pop()!
      for (const line of lines) if (line !== '') look(line)
      // A secret is no shorter than a line is long enough to hold it; it never spans two.
      for (const secret of secrets)
        if (chunk.includes(secret)) {
          const line = lines.find(each => each.includes(secret)) ?? unfinished
          note(`secret: ${secret}`, `A secret (${secret.slice(0, 12)}…) in the log`, line)
        }
      tail = [...tail, ...lines].slice(-tailMax)
    },
    keepSecret(secret) {
      secrets.add(secret)
      // Passwords of instances that are long gone are searched for no more.
      if (secrets.size > secretsMax) secrets.delete([...secrets][firstSecrets]!)
    },
    findings: () => [...findings.values()],
    tail: () => tail,
  }
}
