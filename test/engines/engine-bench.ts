import type { Address, EngineSettings } from '../../src/ports/compute.ts'

export type Login = Readonly<{ address: Address; user: string; password: string; database?: string | undefined }>

/** A client who has logged in. */
export type Session = Readonly<{
  /** The first value of the first row; what the engine has in its place. */
  ask(statement: string): Promise<unknown>
  end(): Promise<void>
}>

/** How tests talk to a kind of engine: as the clients of people do, and in words of its own. */
export type EngineBench = Readonly<{
  /** As its datastore is called. */
  engine: string
  /** Whether `npm run test:all` fails where it is not installed; others are run where they are. */
  isPromised: boolean
  /** Who works for us, and who is the tenant's superuser. */
  administrator: string
  superuser: string
  /** Where somebody may log in who is after no database. */
  ownDatabase: string | undefined
  connect(login: Login): Promise<Session>
  /** Begins to ask for something that takes ten minutes; `ended` resolves when the connection breaks. */
  holdOn(login: Login): Promise<{ ended: Promise<void> }>
  /** What the running server says of a setting. */
  shown(session: Session, name: string): Promise<string>
  writeRow(session: Session, text: string): Promise<void>
  rows(session: Session): Promise<string[]>
  /** Settings of a small server, one of them hard to write down. */
  settings: EngineSettings
  /** Another value for the first of them. */
  changed: EngineSettings
  /** One that no server starts with, and what it says. */
  broken: EngineSettings
  complaint: RegExp
  /** What a pid file says of a process, and where it stands in the data folder. */
  pidFile: string
  pidFileText(pid: number, dataFolder: string): string
}>

/** The same, for engines with databases and users to manage. */
export type SqlBench = EngineBench &
  Readonly<{
    /** What the engine keeps for itself. */
    reserved: Readonly<{ databases: readonly string[]; users: readonly string[] }>
    wrongPassword: RegExp
    forms: Readonly<{ usable: readonly Form[]; unusable: readonly (Form & { why: RegExp })[] }>
    /** Statements that show to a superuser what he is. */
    proofOfSuperuser: readonly string[]
    provenSuperuser: unknown
    /** Statements that leave what somebody who was killed would have left. */
    halfMade: readonly string[]
  }>

type Form = Readonly<{ characterSet?: string; collate?: string }>

/** `256M`, `256MB` and `268435456` are one size, `OFF` and `0` one choice. */
export function plainSetting(text: string): string {
  const [, digits, unit] = /^(\d+)\s*([kmg])?b?$/i.exec(text) ?? []
  if (digits !== undefined) return String(Number(digits) * 1024 ** ' kmg'.indexOf((unit ?? ' ').toLowerCase()))
  return { off: '0', on: '1' }[text.toLowerCase()] ?? text
}
