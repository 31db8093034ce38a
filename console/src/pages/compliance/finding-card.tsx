import { Link } from '@tanstack/react-router'
import type { Answer } from '../../api/trove.ts'
import { reasonName } from '../../changes/reason-words.ts'
import { versionWords } from '../../changes/version-words.ts'
import { emptyDraft, type WaiverDraft } from '../../changes/waiver-fields.tsx'
import { ActionButton } from '../../parts/action-button.tsx'
import { CopyText } from '../../parts/copy-text.tsx'
import { FindingBadge } from '../../parts/finding-badge.tsx'

type Finding = Answer<'listFlavorCompliance'>['findings'][number]

type Props = Readonly<{
  finding: Finding
  /** The heading of its kind. */
  title: string
  onWaive: (draft: WaiverDraft) => void
}>

/** A finding: what it is about, what is wrong, and what mends it. */
export function FindingCard({ finding, title, onWaive }: Props) {
  const { datastore, version, flavor, instance, message, next, command } = finding
  const place = { datastore: datastore.name, version: version.id }
  const draft = draftFor(finding)
  const rules = (
    <Link to="/versions/$version" params={{ version: version.id }} search={flavor ? { flavor: flavor.id } : {}}>
      {versionWords(datastore, version)}
    </Link>
  )
  return (
    <li className="panel finding">
      <div className="finding-head">
        <h2>
          {instance ? <bdi>{instance.name}</bdi> : rules}
          <span className="kind-words"> · {title}</span>
        </h2>
        <FindingBadge finding={finding} />
      </div>
      {instance ? (
        <p className="hint">
          {rules}, project{' '}
          <Link to="/all-instances" search={{ project: instance.tenant_id }}>
            {instance.tenant_id}
          </Link>
          , instance <code>{instance.id}</code>
        </p>
      ) : null}
      <p>{message}</p>
      <p>
        <strong>Next step:</strong> <Commands text={next} />
      </p>
      {command === null || next.includes(`\`${command}\``) ? null : (
        <CopyText name={`command for ${instance?.name ?? version.name}`} text={command} />
      )}
      <div className="row">
        {draft ? (
          <ActionButton aria-label={`Waive the rules that ${instance!.name} breaks`} onPress={() => onWaive(draft)}>
            Waive …
          </ActionButton>
        ) : null}
        <Link to="/history" search={place}>
          Who changed these rules
        </Link>
      </div>
    </li>
  )
}

/** A sentence of the API with its commands, which stand between backquotes. */
const Commands = ({ text }: Readonly<{ text: string }>) =>
  text.split('`').map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence keep their places
      <CopyText key={index} name={`command ${part}`} text={part} />
    ) : (
      part
    ),
  )

/** A waiver for an instance that breaks rules, of just these; undefined if there is nothing to waive. */
function draftFor({ datastore, version, instance, reasons, waived_until }: Finding): WaiverDraft | undefined {
  if (!instance || reasons.length === 0 || waived_until !== null) return undefined
  return {
    ...emptyDraft,
    ...{ project: instance.tenant_id, instance: instance.id, datastore: datastore.name, version: version.id },
    only: reasons.map(reasonName).join(', '),
  }
}
