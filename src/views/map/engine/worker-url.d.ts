/** A worker of a package as a file of its own; the value is its address. */
declare module '*?worker&url' {
  const address: string;
  // biome-ignore lint/style/noDefaultExport: that is how the bundler gives it
  export default address;
}
