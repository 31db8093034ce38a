import { ApiError } from '../api/trove.ts'
import { ApiProblem } from './api-problem.tsx'
import { PageHeading } from './page-heading.tsx'

/** Whether the API does not admit the user there. Asking again does not help. */
export const isNotAdmitted = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 401 || error.status === 403)

type Props = Readonly<{ heading: string; error: unknown }>

/** A page of operators for someone else: why there is nothing to see, and no form that would not help. */
export const OperatorsOnly = ({ heading, error }: Props) => (
  <>
    <PageHeading>{heading}</PageHeading>
    <ApiProblem error={error} title="This page is for operators." />
  </>
)
