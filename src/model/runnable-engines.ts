/** The managers whose engines this service can run. A manager is Trove's name for a kind of database server. */
export const managers = ['postgresql', 'mariadb', 'mysql', 'redis'] as const

export type Manager = (typeof managers)[number]

/** False for other managers; a datastore version may still name one, for another Trove to run. */
export const isManager = (name: string): name is Manager => managers.some(manager => manager === name)
