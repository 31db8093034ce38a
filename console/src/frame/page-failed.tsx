import { ActionButton } from '../parts/action-button.tsx'
import { ApiProblem } from '../parts/api-problem.tsx'

/** A page that cannot be shown: because of a mistake in it, or because its files are those of an older version. */
export const PageFailed = ({ error }: Readonly<{ error: unknown }>) => (
  <ApiProblem error={error} title="This page cannot be shown.">
    <ActionButton onPress={() => location.reload()}>Reload the page</ActionButton>
  </ApiProblem>
)
