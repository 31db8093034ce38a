import type { Engine } from './engine.ts'
import { mariadb } from './mysql/mariadb.ts'
import { mysql } from './mysql/mysql.ts'
import { postgresql } from './postgresql/postgresql.ts'
import { redis } from './redis/redis.ts'

/** The kinds of database engines that the local driver can run. */
export const engines: readonly Engine[] = [postgresql, mariadb, mysql, redis]
