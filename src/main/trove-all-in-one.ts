import { runServer } from './run-server.ts'

const description =
  'Runs Trove in one process, for one machine. Stores everything in one folder, and creates what is missing there.'

export const main = (): Promise<void> =>
  runServer('trove-all-in-one', description, { port: true }, async config => {
    const { runAllInOne } = await import('./run-all-in-one.ts')
    await runAllInOne(config)
  })
