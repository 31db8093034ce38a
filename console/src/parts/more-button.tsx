import { ActionButton } from './action-button.tsx'

type Props = Readonly<{
  /** What is shown more of: "findings". */
  what: string
  list: Readonly<{ hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }>
}>

/** Shows the next page of a list below the others. */
export const MoreButton = ({ what, list }: Props) =>
  list.hasNextPage ? (
    <p>
      <ActionButton
        busy={list.isFetchingNextPage && `Loading more ${what} …`}
        onPress={() => void list.fetchNextPage()}
      >
        {`Show more ${what}`}
      </ActionButton>
    </p>
  ) : null
