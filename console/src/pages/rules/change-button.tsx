import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Checkbox, Form } from 'react-aria-components'
import { queries } from '../../api/queries.ts'
import { ApiError } from '../../api/trove.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { Loading } from '../../parts/loading.tsx'
import { PanelDialog } from '../../parts/panel-dialog.tsx'
import type { Change } from './change.ts'
import { EffectView } from './effect-view.tsx'

type Props = Readonly<{
  label: string
  /** The label for screen readers, where several buttons have the same. */
  name?: string
  /** The change in words: "Delete ram>=2048". */
  title: string
  /** Undefined until the input is complete. */
  draft: Change | undefined
  /** The input. */
  children?: ReactNode
  /** True if the input is typed, so that it is tried when the user asks for it. */
  isTyped?: boolean
  look?: 'primary' | 'plain' | 'quiet'
  onSaved: (title: string) => void
}>

/** A button that opens a dialog, in which a change is tried, and then saved. */
export function ChangeButton({ label, name, look = 'plain', ...rest }: Props) {
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

function useTried(change: Change | undefined, insist: boolean) {
  return useQuery({
    queryKey: ['dry run', change?.key, insist],
    queryFn: () => change!.ask({ dryRun: true, insist }),
    enabled: change !== undefined,
    retry: false,
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  })
}

type FormProps = Omit<Props, 'label' | 'name' | 'look'> & Readonly<{ onClose: () => void }>

function ChangeForm({ title, draft, children, isTyped = false, onSaved, onClose }: FormProps) {
  const [asked, setAsked] = useState<Change>()
  const [insist, setInsist] = useState(false)
  const change = isTyped ? asked : draft
  const tried = useTried(change, insist)
  const isCurrent = change !== undefined && change.key === draft?.key && tried.isSuccess
  const save = useMutation({
    mutationFn: () => change!.ask({ dryRun: false, insist }),
    onSuccess: () => {
      onClose()
      onSaved(title)
      void queries.invalidateQueries()
    },
  })
  const canInsist = change?.insist !== undefined && (insist || tried.error instanceof ApiError)
  return (
    <Form
      className="stack change-form"
      onSubmit={event => {
        event.preventDefault()
        if (isTyped && !isCurrent) setAsked(draft)
        else if (isCurrent && tried.data.changes !== false) save.mutate()
      }}
    >
      {children}
      {isTyped ? (
        <div>
          <ActionButton type="submit" isDisabled={draft === undefined}>
            Show the effect
          </ActionButton>
        </div>
      ) : null}
      {change && tried.isFetching ? <Loading what="the effect" /> : null}
      {tried.isFetching ? null : <ApiProblem error={tried.error} title="The change would be refused." />}
      {isCurrent && !tried.isFetching ? <EffectView outcome={tried.data} /> : null}
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
          isDisabled={!isCurrent || tried.data.changes === false}
          onPress={() => save.mutate()}
        >
          Save
        </ActionButton>
      </div>
    </Form>
  )
}
