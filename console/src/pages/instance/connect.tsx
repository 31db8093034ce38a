import { getRouteApi, Link } from '@tanstack/react-router'
import { useNewLogins } from '../../api/new-logins.ts'
import { BidiName } from '../../parts/bidi-name.tsx'
import { Choice } from '../../parts/choice.tsx'
import { CopyText } from '../../parts/copy-text.tsx'
import { onlyUserOf } from '../../parts/engine-kind.ts'
import { type Engine, engineNamed } from './connection-strings.ts'
import { type Instance, useRoot, useUsers } from './instance-queries.ts'

const page = getRouteApi('/instances/$id')

/** Stand for what has to be filled in. */
const blanks = { user: 'USER', password: 'PASSWORD', database: 'DATABASE' } as const

/** The address of an instance, and what a program needs to connect. */
export function Connect({ instance }: Readonly<{ instance: Instance }>) {
  const engine = engineNamed(instance.datastore.type)
  const host = instance.hostname ?? instance.ip?.[0]
  const port = instance.port ?? engine?.port
  return (
    <section className="panel" aria-labelledby="connect">
      <h2 id="connect">Connect</h2>
      {host === undefined ? (
        <p className="hint">The instance has no address yet.</p>
      ) : (
        <>
          <dl className="facts">
            <dt>Address</dt>
            <dd>
              <CopyText name="address" text={host} />
            </dd>
            <dt>Port</dt>
            <dd>{port === undefined ? 'The usual one of the engine' : <CopyText name="port" text={String(port)} />}</dd>
          </dl>
          {instance.status === 'ACTIVE' ? null : (
            <p className="hint">Programs can connect when the instance is ACTIVE.</p>
          )}
          {engine && port !== undefined ? (
            <Strings instance={instance} engine={engine} host={host} port={port} />
          ) : null}
        </>
      )}
    </section>
  )
}

type Props = Readonly<{ instance: Instance; engine: Engine; host: string; port: number }>

function Strings({ instance, engine, host, port }: Props) {
  const search = page.useSearch()
  const navigate = page.useNavigate()
  const { data: users } = useUsers(instance)
  const user = users?.find(({ name }) => name === search.user) ?? users?.[0]
  const language = engine.languages.find(({ id }) => id === search.language) ?? engine.languages[0]!
  const name = user?.name ?? onlyUserOf(instance.datastore.type)
  const known = useNewLogins(instance.id).find(login => login.user === name)
  const as = {
    user: name ?? blanks.user,
    password: known?.password ?? blanks.password,
    database: user?.databases[0] ?? blanks.database,
  }
  if (name === undefined && users === undefined) return null
  return (
    <>
      <div className="row top-aligned">
        <Choice
          label="Connection string for"
          value={language.id}
          onChange={language => navigate({ search: search => ({ ...search, language }), replace: true })}
          options={engine.languages.map(({ id, label }) => ({ id, label }))}
        />
        {users && users.length > 1 ? (
          <Choice
            label="User"
            value={user?.name}
            onChange={user => navigate({ search: search => ({ ...search, user }), replace: true })}
            options={users.map(({ name }) => ({ id: name, label: name }))}
          />
        ) : null}
      </div>
      <CopyText name="connection string" text={language.text({ host, port, ...as })} />
      <p className="hint">
        {name === undefined ? (
          <>
            Replace {(language.asks ? [blanks.user, blanks.database] : Object.values(blanks)).join(', ')} with your own.{' '}
            <ContentsLink id={instance.id}>Add a user and a database</ContentsLink>
          </>
        ) : (
          <PasswordHint name={name} isAsked={language.asks === true} isKnown={known !== undefined} />
        )}{' '}
        {user === undefined && name !== undefined && !known ? <RootHint instance={instance} /> : null}
      </p>
    </>
  )
}
const ContentsLink = ({ id, children }: Readonly<{ id: string; children: string }>) => (
  <Link to="/instances/$id" params={{ id }} search={search => ({ ...search, view: 'contents' })}>
    {children}
  </Link>
)

/** How the only user of an engine gets a password. */
function RootHint({ instance }: Readonly<{ instance: Instance }>) {
  const { data: isEnabled } = useRoot(instance)
  if (isEnabled === undefined) return null
  return isEnabled ? (
    <>
      You got it when root was enabled. <ContentsLink id={instance.id}>Set a new one</ContentsLink>
    </>
  ) : (
    <>
      There is none yet. <ContentsLink id={instance.id}>Enable root to get one</ContentsLink>
    </>
  )
}

type HintProps = Readonly<{ name: string; isAsked: boolean; isKnown: boolean }>

/** Where the password of a user comes in. */
const PasswordHint = ({ name, isAsked, isKnown }: HintProps) =>
  isAsked ? (
    <>
      The command asks for the password of <BidiName>{name}</BidiName>.
    </>
  ) : isKnown ? (
    <>
      This has the new password of <BidiName>{name}</BidiName>.
    </>
  ) : (
    <>
      Replace {blanks.password} with the password of <BidiName>{name}</BidiName>.
    </>
  )
