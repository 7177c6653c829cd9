namespace Hyphae.Example;

/// <summary>The server said no, and would say so again.</summary>
public sealed class RefusedException(string message) : Exception(message);

/// <summary>Something is missing between what we have and what came: ask again from our cursor.</summary>
public sealed class HoleException(string message) : Exception(message);

/// <summary>The connection ended in a way that another attempt may mend.</summary>
public sealed class EndedException(string message) : Exception(message);
