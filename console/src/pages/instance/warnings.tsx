import type { Answer } from '../../api/trove.ts'
import { Notice } from '../../parts/notice.tsx'

/** What the API warned of when it accepted a change. */
export const Warnings = ({ answer }: Readonly<{ answer: Answer<'actOnInstance'> | undefined }>) =>
  answer ? (
    <Notice kind="warning" title="The request was accepted with a warning.">
      {answer.warnings.map(warning => (
        <p key={warning}>{warning}</p>
      ))}
    </Notice>
  ) : null
