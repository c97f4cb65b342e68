/** The command line that runs this very program again, from source or built, with the same Node options. */
export function selfCommand(args: readonly string[]): { readonly file: string; readonly args: string[] } {
  return { file: process.execPath, args: [...process.execArgv, process.argv[1] ?? "", ...args] };
}
