import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { FileTrigger } from 'react-aria-components'
import { queries } from '../../api/queries.ts'
import { type Answer, trove } from '../../api/trove.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { CheckBox } from '../../parts/check-box.tsx'
import { Notice } from '../../parts/notice.tsx'
import { TextArea } from '../../parts/text-area.tsx'
import { CatalogueChanges } from './catalogue-changes.tsx'

type Body = Readonly<{ catalogue: string; allow_none: boolean; check: boolean }>
/** What a request would change, so that exactly this one is applied. */
type Preview = Readonly<{ body: Body; answer: Answer<'applyDatastoreCatalogue'> }>

type Props = Readonly<{ text: string; onChange: (text: string) => void }>

/** Takes a file, shows what it would change, and applies it. */
export function ApplyPanel({ text, onChange }: Props) {
  const [options, setOptions] = useState({ allow_none: false, check: true })
  const body = { catalogue: text, ...options }
  const preview = useMutation({
    mutationFn: async (body: Body): Promise<Preview> => ({
      body,
      answer: await trove.applyDatastoreCatalogue({ query: { dry_run: 'true' }, body }),
    }),
  })
  const apply = useMutation({
    mutationFn: (body: Body) => trove.applyDatastoreCatalogue({ body }),
    onSuccess: () => queries.invalidateQueries(),
  })
  const isCurrent = preview.data !== undefined && JSON.stringify(preview.data.body) === JSON.stringify(body)
  const isApplied = apply.isSuccess && JSON.stringify(apply.variables) === JSON.stringify(body)
  const changes = isCurrent && !isApplied && preview.data.answer.dry_run?.changes === true
  return (
    <section className="panel" aria-labelledby="apply">
      <h2 id="apply">A file to apply</h2>
      <div className="row">
        <FileTrigger
          acceptedFileTypes={['.yaml', '.yml', 'text/plain']}
          onSelect={files => void files?.[0]?.text().then(onChange)}
        >
          <ActionButton>Choose a file</ActionButton>
        </FileTrigger>
      </div>
      <TextArea
        label="The file"
        value={text}
        onChange={onChange}
        help="Datastores that it leaves out stay as they are. All of it is applied, or nothing."
      />
      <OptionBoxes options={options} onChange={setOptions} />
      <div className="row">
        <ActionButton
          look={changes ? 'plain' : 'primary'}
          isDisabled={text.trim() === ''}
          busy={preview.isPending && 'Comparing …'}
          onPress={() => preview.mutate(body)}
        >
          Show what it changes
        </ActionButton>
        <ActionButton
          look={changes ? 'primary' : 'plain'}
          isDisabled={!changes}
          busy={apply.isPending && 'Applying …'}
          onPress={() => apply.mutate(body)}
        >
          Apply the file
        </ActionButton>
      </div>
      <ApiProblem error={preview.error} title="The file would be refused." />
      <ApiProblem error={apply.error} title="Nothing was changed." />
      {isApplied ? <Notice kind="good" title="The file was applied." /> : null}
      {isCurrent && !isApplied ? <CatalogueChanges changes={preview.data.answer} /> : null}
    </section>
  )
}

type Options = Readonly<{ allow_none: boolean; check: boolean }>

const OptionBoxes = ({ options, onChange }: Readonly<{ options: Options; onChange: (options: Options) => void }>) => (
  <>
    <CheckBox isOn={options.allow_none} onChange={isOn => onChange({ ...options, allow_none: isOn })}>
      Even if a version allows no flavor then
    </CheckBox>
    <CheckBox isOn={!options.check} onChange={isOn => onChange({ ...options, check: !isOn })}>
      Without checking whether its flavors and volume types exist
    </CheckBox>
  </>
)
