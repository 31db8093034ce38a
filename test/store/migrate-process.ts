/**
 * Brings a database's schema up to date, as a process that others can race and kill.
 * Says `ready`, waits for a line, opens the database, says `connected`, migrates and says `migrated`.
 * Usage: node migrate-process.ts DATABASE_URL
 */
import { once } from 'node:events'
import { openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrations/index.ts'

console.log('ready')
await once(process.stdin, 'data')
const database = await openDatabase(process.argv[2]!, { poolSizeMax: 2, create: true })
console.log('connected')
await migrate(database)
console.log('migrated')
await database.close()
process.stdin.destroy()
