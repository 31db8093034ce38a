import type { Answer } from '../../api/trove.ts'
import { PolicyEffect, TouchedInstances, VolumeTypeEffectLines } from '../../changes/policy-effect.tsx'
import { versionWords } from '../../changes/version-words.ts'

/** What an undo would do to each version, and whom it would touch. */
export const UndoEffect = ({ answer }: Readonly<{ answer: Answer<'undoFlavorRuleEvent'> }>) => (
  <>
    {answer.effects.length === 0 ? <p>No version would allow anything else.</p> : null}
    {answer.effects.map(({ datastore, version, flavors, volume_types: volumeTypes }) => (
      <div key={version.id}>
        <h4>{versionWords(datastore, version)}</h4>
        {flavors ? <PolicyEffect effect={flavors} /> : null}
        {volumeTypes ? <VolumeTypeEffectLines effect={volumeTypes} /> : null}
      </div>
    ))}
    {answer.warnings?.map(warning => (
      <p key={warning}>{warning}</p>
    ))}
    {answer.dry_run ? <TouchedInstances dryRun={answer.dry_run} /> : null}
  </>
)
