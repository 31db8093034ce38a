import type { ReactNode } from 'react'
import type { Answer } from '../../api/trove.ts'
import { counted } from '../../changes/count-words.ts'
import { PolicyEffect } from '../../changes/policy-effect.tsx'
import { versionWords } from '../../changes/version-words.ts'
import { useFlavorNames } from '../../parts/flavor-names.ts'
import { Moment } from '../../parts/moment.tsx'
import { Notice } from '../../parts/notice.tsx'
import { ChangeLine } from './change-line.tsx'
import { ruleWords } from './rule-words.ts'

type Changes = Answer<'applyDatastoreCatalogue'>

/** What a file would change: what is new, what is gone, what is different, and what that does. */
export function CatalogueChanges({ changes }: Readonly<{ changes: Changes }>) {
  const { datastores, versions, default_versions: defaults, waivers, untouched, idle_managers: idle } = changes
  return (
    <section className="stack" aria-label="What the file changes">
      {changes.dry_run?.changes === false ? (
        <Notice kind="info" title="Nothing to change: everything is already as in the file." />
      ) : null}
      {datastores.map(datastore => (
        <Changed key={datastore.name} title={`Datastore ${datastore.name}`} isNew={datastore.is_new}>
          <RuleLines rules={datastore} />
          {datastore.versions.map(({ label, effect }) => (
            <li key={label}>
              {label}
              <PolicyEffect effect={effect} />
            </li>
          ))}
        </Changed>
      ))}
      {defaults.map(({ datastore, before, after }) => (
        <Changed key={datastore} title={`Datastore ${datastore}`} isNew={false}>
          <ChangeLine change="changed">
            default version: {before ?? 'none'} → {after ?? 'none'}
          </ChangeLine>
        </Changed>
      ))}
      {versions.map(version => (
        <Version key={`${version.datastore} ${version.name} ${version.version}`} version={version} />
      ))}
      <Waivers waivers={waivers} />
      {untouched.length > 0 ? (
        <p>
          The file leaves out {counted(untouched.length, 'version', 'versions')}: {untouched.join(', ')}. They stay as
          they are.
        </p>
      ) : null}
      {idle.length > 0 ? <p>No version has these managers: {idle.join(', ')}.</p> : null}
    </section>
  )
}

type Rules = Pick<Changes['versions'][number], 'added' | 'deleted' | 'levels'>
type Rule = Readonly<{ key: string; value: string }>

function RuleLines({ rules: { added, deleted, levels } }: Readonly<{ rules: Rules }>) {
  const flavorName = useFlavorNames()
  const isAdded = ({ key, value }: Rule) => added.some(each => each.key === key && each.value === value)
  const levelOf = (rule: Rule) => levels.find(({ key, value }) => key === rule.key && value === rule.value)?.after
  return (
    <>
      {added.map(rule => (
        <ChangeLine key={`+${rule.key} ${rule.value}`} change="added">
          {ruleWords(rule, flavorName)}
          {levelOf(rule) ? `, with the level ${levelOf(rule)}` : ''}
        </ChangeLine>
      ))}
      {deleted.map(rule => (
        <ChangeLine key={`-${rule.key} ${rule.value}`} change="deleted">
          {ruleWords(rule, flavorName)}
        </ChangeLine>
      ))}
      {levels
        .filter(rule => !isAdded(rule))
        .map(({ before, after, ...rule }) => (
          <ChangeLine key={`~${rule.key} ${rule.value}`} change="changed">
            {rule.key === 'flavor_restriction' ? 'level of the list' : `level of the ${ruleWords(rule, flavorName)}`}:{' '}
            {before ?? 'that of the version'} → {after ?? 'that of the version'}
          </ChangeLine>
        ))}
    </>
  )
}

const Version = ({ version }: Readonly<{ version: Changes['versions'][number] }>) => (
  <Changed title={`Version ${versionWords({ name: version.datastore }, version)}`} isNew={version.is_new}>
    {version.properties.map(({ name, before, after }) => (
      <ChangeLine key={name} change="changed">
        {name}: {valueWords(before)} → {valueWords(after)}
      </ChangeLine>
    ))}
    <RuleLines rules={version} />
    {version.effect ? (
      <li>
        <PolicyEffect effect={version.effect} />
      </li>
    ) : null}
  </Changed>
)

const valueWords = (value: Changes['versions'][number]['properties'][number]['after']) =>
  value === null ? 'none' : Array.isArray(value) ? value.join(', ') : String(value)

const signOf = { added: 'added', shortened: 'changed', ended: 'deleted' } as const

const Waivers = ({ waivers }: Readonly<{ waivers: Changes['waivers'] }>) =>
  waivers.length === 0 ? null : (
    <Changed title="Waivers" isNew={false}>
      {waivers.map(({ change, id, datastore, version, project_id: project, instance_id: instance, until, reason }) => (
        <ChangeLine key={`${change} ${id} ${project} ${instance} ${until}`} change={signOf[change]}>
          {change === 'shortened' ? 'shortened' : null} for {instance ?? `project ${project}`} on{' '}
          {versionWords({ name: datastore }, version)} until <Moment at={until} />: <bdi>{reason}</bdi>
        </ChangeLine>
      ))}
    </Changed>
  )

const Changed = ({ title, isNew, children }: Readonly<{ title: string; isNew: boolean; children: ReactNode }>) => (
  <div className="changed">
    <h3>
      {title}
      {isNew ? ' (new)' : ''}
    </h3>
    <ul>{children}</ul>
  </div>
)
