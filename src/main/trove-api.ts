import { runServer } from './run-server.ts'

const description = 'Runs the API server, on a database that `trove-manage db_sync` has set up.'

export const main = (): Promise<void> =>
  runServer('trove-api', description, { port: true }, async config => {
    const { runApi } = await import('./run-api.ts')
    await runApi(config)
  })
