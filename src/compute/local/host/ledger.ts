import { randomUUID } from 'node:crypto'
import { chmodSync, closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Hardware } from '../../../model/hardware.ts'
import type { Image } from '../../../model/image.ts'
import type { Isolation } from '../../../model/isolation.ts'
import { firstOf } from './ports.ts'

/** What the host keeps for one instance. */
export type Room = Readonly<{
  port: number
  hardware: Hardware
  imageId: string | undefined
  /** The user of the system that is its own; undefined as long as it has none. */
  userId: number | undefined
  /** The folders of the control groups that its last start used. */
  groups: readonly string[]
  /** What kept it apart at its last start; undefined when it was started by a release that did not say. */
  isolation: Isolation | undefined
}>

/** What is kept of an image, so that one that has gone can still be called by its name. */
export type KnownImage = Pick<Image, 'id' | 'name' | 'manager' | 'tags'>

/**
 * Who has which room and which port on this machine: one SQLite file for all processes that look after it. Its
 * transactions are short, so that waiting for another process, with all of ours standing still, is too.
 */
export type Ledger = Readonly<{
  /** Made once with the file: tells this host from every other. */
  place: string
  ids(): string[]
  room(id: string): Room | undefined
  ports(): Readonly<{ used: ReadonlySet<number>; last: number | undefined }>
  /** Gives the port to an instance that has none yet, and room of the new size if all together stay within the total. */
  reserve(id: string, hardware: Hardware, port: number, ramMbMax: number): 'reserved' | 'full' | 'port taken'
  setImage(id: string, image: KnownImage): void
  /** Every image that was ever found here. */
  images(): KnownImage[]
  rememberImages(images: readonly KnownImage[]): void
  /** Gives an instance a user id of this range that no other has, unless it has one. Throws an Error when all are taken. */
  giveUserId(id: string, range: Readonly<{ min: number; max: number }>): number
  setGroups(id: string, folders: readonly string[]): void
  setIsolation(id: string, isolation: Isolation): void
  remove(id: string): void
  close(): void
}>

const busyTimeoutMs = 10_000

const schema = `
  create table if not exists host (place text not null, last_port integer);
  create table if not exists instances (
    id text primary key,
    port integer not null unique,
    ram_mb integer not null,
    vcpus integer not null,
    image_id text,
    control_groups text,
    user_id integer unique,
    isolation text
  ) strict;
  create table if not exists images (id text primary key, name text not null, manager text not null, tags text not null)
    strict;`

/** Opens the file, and makes it first if need be. Only its owner may read it: it says who runs here, and where. */
export function openLedger(file: string): Ledger {
  closeSync(openSync(file, 'a', 0o600))
  chmodSync(file, 0o600)
  const db = new DatabaseSync(file, { timeout: busyTimeoutMs })
  switchToWal(db)
  db.exec('pragma synchronous = full')
  return { place: prepare(db), ...readers(db), ...writers(db), close: () => db.close() }
}

/** SQLite does not wait its timeout for the lock that this takes, so that a second process at a first start must. */
function switchToWal(db: DatabaseSync) {
  const giveUpAtMs = performance.now() + busyTimeoutMs
  for (;;) {
    try {
      db.exec('pragma journal_mode = wal')
      return
    } catch (error) {
      if (!/locked/.test(String(error)) || performance.now() > giveUpAtMs) throw error
    }
  }
}

function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('begin immediate')
  try {
    const result = work()
    db.exec('commit')
    return result
  } catch (error) {
    if (db.isTransaction) db.exec('rollback')
    throw error
  }
}

function prepare(db: DatabaseSync): string {
  return inTransaction(db, () => {
    addColumns(db)
    db.exec(schema)
    const known = db.prepare('select place from host').get() as { place: string } | undefined
    if (known) return known.place
    const place = randomUUID()
    db.prepare('insert into host (place) values (?)').run(place)
    return place
  })
}

/** What a ledger of a release before lacks. A column that is added cannot be unique by itself. */
function addColumns(db: DatabaseSync): void {
  const columns = db.prepare('select name from pragma_table_info(?)').all('instances')
  if (columns.length === 0 || columns.some(({ name }) => name === 'user_id')) return
  db.exec(`
    alter table instances rename column memory_group to control_groups;
    alter table instances add column user_id integer;
    alter table instances add column isolation text;
    create unique index instances_user_id on instances (user_id);`)
}

type Row = {
  port: number
  ram_mb: number
  vcpus: number
  image_id: string | null
  control_groups: string | null
  user_id: number | null
  isolation: string | null
}

function readers(db: DatabaseSync): Pick<Ledger, 'ids' | 'room' | 'ports' | 'images'> {
  const ids = db.prepare('select id from instances order by id')
  const row = db.prepare('select * from instances where id = ?')
  const ports = db.prepare('select port from instances')
  const last = db.prepare('select last_port from host')
  const images = db.prepare('select * from images order by id')
  return {
    ids: () => ids.all().map(({ id }) => id as string),
    room(id) {
      const found = row.get(id) as Row | undefined
      return (
        found && {
          port: found.port,
          hardware: { vcpus: found.vcpus, ramMb: found.ram_mb },
          imageId: found.image_id ?? undefined,
          userId: found.user_id ?? undefined,
          groups: found.control_groups?.split('\n').filter(folder => folder !== '') ?? [],
          isolation: found.isolation === null ? undefined : JSON.parse(found.isolation),
        }
      )
    },
    ports: () => ({
      used: new Set(ports.all().map(({ port }) => port as number)),
      last: (last.get()?.last_port as number | null) ?? undefined,
    }),
    images: () =>
      (images.all() as Record<'id' | 'name' | 'manager' | 'tags', string>[]).map(row => ({
        ...row,
        tags: row.tags.split(','),
      })),
  }
}

type Writers = Omit<Ledger, 'place' | 'close' | keyof ReturnType<typeof readers>>

function writers(db: DatabaseSync): Writers {
  return { ...imageWriters(db), ...roomWriters(db) }
}

function imageWriters(db: DatabaseSync): Pick<Ledger, 'setImage' | 'rememberImages'> {
  const image = db.prepare('update instances set image_id = ? where id = ?')
  const known = db.prepare('select 1 from images where id = ? and name = ? and manager = ? and tags = ?')
  const know = db.prepare('insert or replace into images (id, name, manager, tags) values (?, ?, ?, ?)')
  const remember = ({ id, name, manager, tags }: KnownImage) => {
    const row = [id, name, manager, tags.join(',')]
    if (!known.get(...row)) know.run(...row)
  }
  return {
    setImage(id, used) {
      remember(used)
      image.run(used.id, id)
    },
    rememberImages(images) {
      for (const image of images) remember(image)
    },
  }
}

function roomWriters(db: DatabaseSync): Omit<Writers, 'setImage' | 'rememberImages'> {
  const others = db.prepare('select coalesce(sum(ram_mb), 0) as ram_mb from instances where id <> ?')
  const holder = db.prepare('select id from instances where port = ?')
  const resize = db.prepare('update instances set ram_mb = ?, vcpus = ? where id = ?')
  const insert = db.prepare('insert into instances (id, port, ram_mb, vcpus) values (?, ?, ?, ?)')
  const rememberPort = db.prepare('update host set last_port = ?')
  const groups = db.prepare('update instances set control_groups = ? where id = ?')
  const isolation = db.prepare('update instances set isolation = ? where id = ?')
  const userId = db.prepare('select user_id from instances where id = ?')
  const highest = db.prepare('select max(user_id) as id from instances where user_id between ? and ?')
  const taken = db.prepare('select 1 from instances where user_id = ?')
  const setUserId = db.prepare('update instances set user_id = ? where id = ?')
  const place = db.prepare('select place from host')
  const remove = db.prepare('delete from instances where id = ?')
  return {
    reserve: (id, { ramMb, vcpus }, port, ramMbMax) =>
      inTransaction(db, () => {
        // vCPUs are not counted: they are shares of time, and more of them than the machine has is usual.
        if ((others.get(id)!.ram_mb as number) + ramMb > ramMbMax) return 'full'
        if (resize.run(ramMb, vcpus, id).changes > 0) return 'reserved'
        if (holder.get(port)) return 'port taken'
        insert.run(id, port, ramMb, vcpus)
        rememberPort.run(port)
        return 'reserved'
      }),
    giveUserId: (id, { min, max }) =>
      inTransaction(db, () => {
        const known = userId.get(id)?.user_id as number | null | undefined
        if (known != null && known >= min && known <= max) return known
        const count = max - min + 1
        // Hosts on one machine begin at different ids, as they do with ports.
        const start =
          (highest.get(min, max)!.id as number | null) ?? firstOf({ min, max }, String(place.get()!.place)) - 1
        for (let step = 1; step <= count; step++) {
          const next = min + ((start - min + step) % count)
          if (taken.get(next)) continue
          setUserId.run(next, id)
          return next
        }
        throw new Error(`all users from ${min} to ${max} are taken`)
      }),
    setGroups: (id, folders) => void groups.run(folders.join('\n'), id),
    setIsolation: (id, apart) => void isolation.run(JSON.stringify(apart), id),
    remove: id => void remove.run(id),
  }
}
