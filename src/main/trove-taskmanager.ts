import { runServer } from './run-server.ts'

const description =
  'Runs the worker, which builds and changes instances as the API requests. Database servers keep running\n' +
  'when it stops, and the next worker takes them over. Any number of workers may run.'

export const main = (): Promise<void> =>
  runServer('trove-taskmanager', description, { port: false }, async config => {
    const { runTaskmanager } = await import('./run-taskmanager.ts')
    await runTaskmanager(config)
  })
