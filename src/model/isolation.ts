/**
 * The isolation of an instance's processes from the rest of its host, as of the last start of its server.
 *
 * `user`: the processes run as an operating-system user of their own (`own`), as one that all instances share (`shared`), or
 * as the user of the service itself (`service`). `view`: they see only their own files, processes and shared memory.
 * `network`: they cannot open connections. `memory`, `cpu`, `processes`: the system limits them to their flavor.
 */
export type Isolation = Readonly<{
  user: 'own' | 'shared' | 'service'
  view: boolean
  network: boolean
  memory: boolean
  cpu: boolean
  processes: boolean
}>
