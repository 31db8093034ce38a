import type { Engine } from './engine.ts'
import { mariadb } from './mariadb.ts'
import { mysql } from './mysql.ts'
import { postgresql } from './postgresql.ts'
import { redis } from './redis.ts'

/** The kinds of database engines that the local driver can run. */
export const engines: readonly Engine[] = [postgresql, mariadb, mysql, redis]
