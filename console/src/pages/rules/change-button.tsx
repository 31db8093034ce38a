import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Checkbox, Form } from 'react-aria-components'
import { queries } from '../../api/queries.ts'
import { ApiError } from '../../api/trove.ts'
import { useSettledInput } from '../../changes/use-settled-input.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { Loading } from '../../parts/loading.tsx'
import { PanelDialog } from '../../parts/panel-dialog.tsx'
import type { Change } from './change.ts'
import { EffectView } from './effect-view.tsx'

type ButtonProps = Readonly<{
  label: string
  /** The label for screen readers, where several buttons have the same. */
  name?: string
  /** The change in words: "Delete ram>=2048". */
  title: string
  look?: 'primary' | 'plain' | 'quiet'
  onSaved: (title: string) => void
}>

type DraftProps<Draft> = ButtonProps &
  Readonly<{
    /** The input that the dialog begins with, each time that it is opened. */
    initial: Draft
    /** Undefined until the input is complete. */
    changeOf: (draft: Draft) => Change | undefined
    fields?: (draft: Draft, onChange: (draft: Draft) => void) => ReactNode
    /** What was saved, in words, if the title does not say it. */
    savedAs?: (draft: Draft) => string
  }>

/** A button that opens a dialog, in which a change is chosen, tried, and then saved. What was chosen ends with the dialog. */
export function DraftButton<Draft>({ label, name, look = 'plain', ...rest }: DraftProps<Draft>) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <ActionButton look={look} onPress={() => setOpen(true)} {...(name === undefined ? {} : { 'aria-label': name })}>
        {label}
      </ActionButton>
      <PanelDialog title={rest.title} isOpen={isOpen} onClose={() => setOpen(false)}>
        <ChangeForm {...rest} onClose={() => setOpen(false)} />
      </PanelDialog>
    </>
  )
}

/** A button that opens a dialog, in which a change is tried, and then saved. */
export const ChangeButton = ({ change, ...rest }: ButtonProps & Readonly<{ change: Change }>) => (
  <DraftButton {...rest} initial={undefined} changeOf={() => change} />
)

/** What a change would do. It is asked for when the input stays the same for a moment. */
function useTried(change: Change | undefined, insist: boolean) {
  const isSettled = useSettledInput(change?.key) === change?.key
  return useQuery({
    queryKey: ['dry run', change?.key, insist],
    queryFn: () => change!.ask({ dryRun: true, insist }),
    enabled: change !== undefined && isSettled,
    retry: false,
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  })
}

type FormProps<Draft> = Omit<DraftProps<Draft>, 'label' | 'name' | 'look'> & Readonly<{ onClose: () => void }>

function ChangeForm<Draft>({ title, initial, changeOf, fields, savedAs, onSaved, onClose }: FormProps<Draft>) {
  const [draft, setDraft] = useState(initial)
  const [insist, setInsist] = useState(false)
  const change = changeOf(draft)
  const tried = useTried(change, insist)
  const canSave = change !== undefined && tried.isSuccess && !tried.isFetching && tried.data.changes !== false
  const save = useMutation({
    mutationFn: () => change!.ask({ dryRun: false, insist }),
    onSuccess: () => {
      onClose()
      onSaved(savedAs?.(draft) ?? title)
      void queries.invalidateQueries()
    },
  })
  const canInsist = change?.insist !== undefined && (insist || isInsistedOn(tried.error))
  return (
    <Form
      className="stack change-form"
      onSubmit={event => {
        event.preventDefault()
        if (canSave) save.mutate()
      }}
    >
      {fields?.(draft, setDraft)}
      {change && (tried.isPending || tried.isFetching) ? <Loading what="the effect" /> : null}
      {tried.isFetching ? null : <ApiProblem error={tried.error} title="The change would be refused." />}
      {tried.isSuccess && !tried.isFetching ? <EffectView outcome={tried.data} /> : null}
      {canInsist ? (
        <Checkbox className="check" isSelected={insist} onChange={setInsist}>
          <span className="check-box" aria-hidden="true" />
          {change.insist}
        </Checkbox>
      ) : null}
      <ApiProblem error={save.error} title="The change was not saved." />
      <div className="row end">
        <ActionButton onPress={onClose}>Cancel</ActionButton>
        <ActionButton
          look="primary"
          busy={save.isPending && 'Saving …'}
          isDisabled={!canSave}
          onPress={() => save.mutate()}
        >
          Save
        </ActionButton>
      </div>
    </Form>
  )
}

/** Whether the API refuses a change that can be insisted on: it would leave no flavor, or flavors break a requirement. */
const isInsistedOn = (error: unknown): boolean =>
  error instanceof ApiError && (error.facts.contradictions !== undefined || error.facts.flavors !== undefined)
