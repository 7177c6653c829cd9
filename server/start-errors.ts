/** What went wrong at the start and what to do, for a person. */
export function explainStartError(error: Error, port: string): string {
  switch ('code' in error ? error.code : undefined) {
    case 'EADDRINUSE':
      return `Port ${port} is in use: Hyphae runs already, or another program has it.\nTake another one:  PORT=${Number(port) + 1} npm start`;
    case 'EACCES':
      return `Port ${port} needs rights that you do not have.\nTake another one:  PORT=7420 npm start`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This computer does not have the address of HYPHAE_HOST. Leave it out to serve this computer only. (${error.message})`;
    default:
      return error.message;
  }
}
