import type { Manager } from '../../../model/runnable-engines.ts'
import type { Engine } from './engine.ts'
import { mariadb } from './mysql/mariadb.ts'
import { mysql } from './mysql/mysql.ts'
import { postgresql } from './postgresql/postgresql.ts'
import { redis } from './redis/redis.ts'

const byManager: Readonly<Record<Manager, Engine>> = { postgresql, mariadb, mysql, redis }

/** The database engines that the local driver can run. */
export const engines: readonly Engine[] = Object.values(byManager)
