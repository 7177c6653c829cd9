/** What the address of the Boards view says: which board to show, which command's form is open. */
export interface BoardsAddress {
  readonly board: string | undefined;
  readonly command: string | undefined;
}

type Search = Readonly<Record<string, string | readonly string[] | undefined>>;

const one = (value: string | readonly string[] | undefined): string | undefined => {
  const first = typeof value === 'string' ? value : value?.[0];
  return first === undefined || first === '' ? undefined : first.slice(0, 64);
};

export const readBoardsAddress = (search: Search): BoardsAddress => ({
  board: one(search.board),
  command: one(search.command),
});
