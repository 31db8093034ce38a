/** The managers whose engines we can run: what Trove calls the kinds of database servers. */
export const managers = ['postgresql', 'mariadb', 'mysql', 'redis'] as const

export type Manager = (typeof managers)[number]

/** A datastore version may name any other, for another Trove to run. */
export const isManager = (name: string): name is Manager => managers.some(manager => manager === name)
