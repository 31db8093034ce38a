import cluster from 'node:cluster'
import { apiProcessCount } from './api-process-count.ts'
import { runServer } from './run-server.ts'

const description = 'Runs the API server, on a database that `trove-manage db_sync` has set up.'

export const main = (): Promise<void> =>
  runServer('trove-api', description, { port: true }, async config => {
    const count = apiProcessCount(config)
    if (count > 1 && cluster.isPrimary) {
      const { superviseApi } = await import('./supervise-api.ts')
      return superviseApi(config, count)
    }
    const { runApi } = await import('./run-api.ts')
    await runApi(config)
  })
