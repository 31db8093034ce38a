import { setTimeout } from 'node:timers/promises'

/** A request and what came of it. Times are those of `performance.now()`. */
export type Answered = Readonly<{
  client: string
  beganMs: number
  endedMs: number
  status: number
  retryAfter: string | null
  warning: string | null
  text: string
}>

/** What one client asks again and again; the count makes each of its requests another one. */
export type Client = Readonly<{ name: string; request(count: number): { url: string; init: RequestInit } }>

export type Traffic = Readonly<{
  answers: readonly Answered[]
  /** Waits until every client has got so many answers to requests that began after `sinceMs`, each of them right. */
  until(what: string, times: number, sinceMs: number, isRight: (answered: Answered) => boolean): Promise<void>
  /** Ends every client after its answer. */
  stop(): Promise<void>
}>

const waitMsMax = 30_000

/** Starts clients that ask without an end, each of them one request after the other, with a pause between them. */
export function startTraffic(clients: readonly Client[], pauseMs = 60): Traffic {
  const answers: Answered[] = []
  let isOver = false
  const loops = clients.map(async ({ name, request }) => {
    for (let count = 0; !isOver; count++) {
      const { url, init } = request(count)
      const beganMs = performance.now()
      const answer = await fetch(url, init)
      const text = await answer.text()
      answers.push({
        client: name,
        beganMs,
        endedMs: performance.now(),
        status: answer.status,
        retryAfter: answer.headers.get('retry-after'),
        warning: answer.headers.get('warning'),
        text,
      })
      await setTimeout(pauseMs)
    }
  })
  return {
    answers,
    async until(what, times, sinceMs, isRight) {
      const deadlineMs = performance.now() + waitMsMax
      const missing = () =>
        clients.filter(({ name }) => {
          const since = answers.filter(({ client, beganMs }) => client === name && beganMs > sinceMs)
          return since.filter(isRight).length < times
        })
      while (missing().length > 0) {
        if (performance.now() > deadlineMs) {
          const last = missing().map(({ name }) => answers.findLast(({ client }) => client === name))
          throw new Error(`${what}: not so for ${JSON.stringify(last)}`)
        }
        await setTimeout(50)
      }
    },
    async stop() {
      isOver = true
      await Promise.all(loops)
    },
  }
}
