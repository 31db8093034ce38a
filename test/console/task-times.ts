import type { Page } from 'playwright-core'

type TraceEvent = Readonly<{ name: string; pid: number; tid: number; tdur?: number; args?: { name?: string } }>

/**
 * The tasks of the page while something is done, in ms of processor time: what a machine that has nothing else to do would
 * need, also if this one is busy. Longest first.
 */
export async function taskTimesDuring(page: Page, work: () => Promise<unknown>): Promise<readonly number[]> {
  const browser = page.context().browser()!
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', 'toplevel', '__metadata'] })
  await work()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  )
  return traceEvents
    .filter(({ name, pid, tid }) => name === 'RunTask' && main.has(`${pid} ${tid}`))
    .map(({ tdur = 0 }) => tdur / 1000)
    .sort((one, other) => other - one)
}
