/**
 * The record of this machine's instances: which one has which port, memory, user and image. It is one SQLite file,
 * shared by all processes that look after the machine; it decides who gets a port or memory, and nothing else. What
 * runs is not recorded here but observed. Transactions are short, because waiting for another process blocks this one
 * completely.
 */

import { randomUUID } from 'node:crypto'
import { chmodSync, closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Hardware } from '../../../model/hardware.ts'
import type { EngineImage } from '../../../model/image.ts'
import type { Isolation } from '../../../model/isolation.ts'
import { firstOf } from './ports.ts'

/** The resources that this machine reserves for one instance. */
export type Room = Readonly<{
  port: number
  hardware: Hardware
  imageId: string | undefined
  /** The system user of this instance alone; undefined while it has none. */
  userId: number | undefined
  /** The folders of the control groups of its last start. */
  groups: readonly string[]
  /** How it was isolated at its last start; undefined if it was started by a release that did not record that. */
  isolation: Isolation | undefined
}>

/** The part of an image that is recorded, so that messages can name an image that is no longer installed. */
export type KnownImage = Pick<EngineImage, 'id' | 'name' | 'manager' | 'tags'>

export type Ledger = Readonly<{
  /** The id of this host, made together with the file. */
  place: string
  ids(): string[]
  room(id: string): Room | undefined
  ports(): Readonly<{ used: ReadonlySet<number>; last: number | undefined }>
  /**
   * Gives an instance its port, if it has none yet, and memory of the new size, if all instances stay within
   * `ramMbMax`.
   */
  reserve(id: string, hardware: Hardware, port: number, ramMbMax: number): 'reserved' | 'full' | 'port taken'
  setImage(id: string, image: KnownImage): void
  /** Every image that was ever installed here. */
  images(): KnownImage[]
  rememberImages(images: readonly KnownImage[]): void
  /**
   * Returns the user id of an instance; gives it a free one of this range if it has none. Throws an Error if all are
   * taken.
   */
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

/**
 * Opens the file, and creates it if necessary. Only its owner may read it, because it lists the instances and their
 * ports.
 */
export function openLedger(file: string): Ledger {
  closeSync(openSync(file, 'a', 0o600))
  chmodSync(file, 0o600)
  const db = new DatabaseSync(file, { timeout: busyTimeoutMs })
  switchToWal(db)
  db.exec('pragma synchronous = full')
  return { place: prepare(db), ...readers(db), ...writers(db), close: () => db.close() }
}

/** Retries, because SQLite does not apply its timeout to this lock, and two processes may make the file at once. */
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
    const host = db.prepare('select place from host').get() as { place: string } | undefined
    if (host) return host.place
    const place = randomUUID()
    db.prepare('insert into host (place) values (?)').run(place)
    return place
  })
}

/**
 * Adds the columns that a ledger of an earlier release lacks. An added column cannot be declared unique, hence the
 * index.
 */
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
      const stored = row.get(id) as Row | undefined
      return (
        stored && {
          port: stored.port,
          hardware: { vcpus: stored.vcpus, ramMb: stored.ram_mb },
          imageId: stored.image_id ?? undefined,
          userId: stored.user_id ?? undefined,
          groups: stored.control_groups?.split('\n').filter(folder => folder !== '') ?? [],
          isolation: stored.isolation === null ? undefined : JSON.parse(stored.isolation),
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
  const unchanged = db.prepare('select 1 from images where id = ? and name = ? and manager = ? and tags = ?')
  const save = db.prepare('insert or replace into images (id, name, manager, tags) values (?, ?, ?, ?)')
  const remember = ({ id, name, manager, tags }: KnownImage) => {
    const row = [id, name, manager, tags.join(',')]
    if (!unchanged.get(...row)) save.run(...row)
  }
  return {
    setImage(id, newImage) {
      remember(newImage)
      image.run(newImage.id, id)
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
  const userIdInUse = db.prepare('select 1 from instances where user_id = ?')
  const setUserId = db.prepare('update instances set user_id = ? where id = ?')
  const place = db.prepare('select place from host')
  const remove = db.prepare('delete from instances where id = ?')
  return {
    reserve: (id, { ramMb, vcpus }, port, ramMbMax) =>
      inTransaction(db, () => {
        // vCPUs are not counted: they are shares of time, and instances usually have more of them than the machine.
        if ((others.get(id)!.ram_mb as number) + ramMb > ramMbMax) return 'full'
        if (resize.run(ramMb, vcpus, id).changes > 0) return 'reserved'
        if (holder.get(port)) return 'port taken'
        insert.run(id, port, ramMb, vcpus)
        rememberPort.run(port)
        return 'reserved'
      }),
    giveUserId: (id, { min, max }) =>
      inTransaction(db, () => {
        const current = userId.get(id)?.user_id as number | null | undefined
        if (current != null && current >= min && current <= max) return current
        const count = max - min + 1
        // Hosts on one machine start at different ids, as with ports.
        const start =
          (highest.get(min, max)!.id as number | null) ?? firstOf({ min, max }, String(place.get()!.place)) - 1
        for (let step = 1; step <= count; step++) {
          const next = min + ((start - min + step) % count)
          if (userIdInUse.get(next)) continue
          setUserId.run(next, id)
          return next
        }
        throw new Error(`all users from ${min} to ${max} are taken`)
      }),
    setGroups: (id, folders) => void groups.run(folders.join('\n'), id),
    setIsolation: (id, newIsolation) => void isolation.run(JSON.stringify(newIsolation), id),
    remove: id => void remove.run(id),
  }
}
