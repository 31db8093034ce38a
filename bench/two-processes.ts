import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Effort } from './beside-bare.ts'
import type { Cloud } from './cloud.ts'
import { type Asked, type Figures, load } from './load.ts'
import { allCores, type Measured } from './processes.ts'

export type OfProcesses = Readonly<{ processes: number; cpuUs: number; perSecond: number }>

/**
 * The CPU of a request in one process and in two that share a port, on both cores, in turn. The load comes from one of the same
 * cores.
 *
 * @param ask makes the request, with a token of this server
 */
export async function compareProcesses(
  cloud: Cloud,
  ask: (server: Measured) => Promise<Asked>,
  { rounds, seconds, warmSeconds }: Effort,
): Promise<OfProcesses[]> {
  const all = [1, 2].map(processes => ({ processes, figures: [] as Figures[] }))
  const servers: Measured[] = []
  try {
    for (const { processes } of all) {
      const file = join(cloud.dataDir, `processes-${processes}.conf`)
      writeFileSync(file, `[DEFAULT]\ntrove_api_workers = ${processes}\n`)
      const server = await cloud.startApi({ log: true, moreConfig: file, cores: allCores })
      servers.push(server)
      await load(server, await ask(server), warmSeconds)
    }
    for (let round = 0; round < rounds; round++)
      for (const [at, { figures }] of all.entries())
        figures.push(await load(servers[at]!, await ask(servers[at]!), seconds))
  } finally {
    for (const server of servers) await server.stop()
  }
  return all.map(({ processes, figures }) => {
    const { perCpuSecond, perSecond } = figures.toSorted((a, b) => a.perCpuSecond - b.perCpuSecond)[
      Math.floor(figures.length / 2)
    ]!
    return { processes, cpuUs: 1e6 / perCpuSecond, perSecond }
  })
}

export function showProcesses(all: readonly OfProcesses[]): void {
  const [one, two] = all.map(({ cpuUs }) => cpuUs)
  console.log(`\nA request in two processes takes ${(two! / one!).toFixed(2)} times the CPU of one process:`)
  for (const { processes, cpuUs, perSecond } of all)
    console.log(`  ${processes}: ${cpuUs.toFixed(0)} µs, ${perSecond.toFixed(0)} requests/s`)
}
