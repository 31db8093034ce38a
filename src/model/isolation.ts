/**
 * What keeps an instance's processes apart from everything else on its host, as it was when its server was started.
 *
 * `user`: they run as an operating-system user of their own (`own`), as one that all instances have in common (`shared`), or
 * as the user of the service itself (`service`). `view`: they see their own files, processes and shared memory and nobody
 * else's. `network`: they can open no connections. `memory`, `cpu`, `processes`: the system keeps them within their flavor.
 */
export type Isolation = Readonly<{
  user: 'own' | 'shared' | 'service'
  view: boolean
  network: boolean
  memory: boolean
  cpu: boolean
  processes: boolean
}>
