/**
 * What the simulated MYCA sounds like: three hummed syllables, 1.2 s, as 60 packets of Opus (20 ms, mono, 24 kHz), each behind a byte
 * that says how long it is. Encoded once by a browser, so that anything which plays Opus plays this.
 */
const HUMMED = Buffer.from(
  [
    'IGgMEAAUnZIjbzm2dCmlVoj2/zMnRin5ZLbryPERjwKFSWiY5zbZNNQLzjUZ6UgHcTz/Q7DzBRPDWqS+5py6hJ2wJu2PyWYNJ3dwy/LUUjqWH5hm5ZxnrVl44UyfmmiriS',
    'miXU3elHSb5qJAaJkRGFmcmCgkfj3gWck7Mq8eBeotKRnI/sJmUcwRKKonBCBkl1D/KEKt+KwZ3wVFjtEz/znZG6jlZvtQz63REjtom7beRwTfqpjFSypljovY8VspJL9+',
    'PaawU3HkzZTRweAXrHjThntMP6P892ZFRD3MwtevPbNZMvTxzzJonLwvXsacJru78M2mWTOjPF4EFKK8sxfiXrMsbxgvHCjbsthwfPZqI6UQqTqWpi9/ejRonuO1L9Mxdh',
    'TzH9F/sj30r0RC6ijUqzfKD95ZF53PVqPLWAFt/pDuAoch5NAuXO7z+LCtLmihWV4g1dSrfAqLwqVrwRBYlO0etz124x8MU3VmpKC8yznUk5IxzYAhMgf7yvUuaKKKxH05',
    'rE27IBC8G3uDKmgyMF+qQ4Vc06PLa3IBtb2LtQSTvPWGqbw/rhVtjSZooop3vCED26ucECbQRNf/13SxVqPEpvwbppMd6SJTV1oK65e4qCRooosnA9iuMueWa45w8Q7M1Y',
    'GZhZ7bCY/XkW8Be3gOF0ziTGsiaKEL+mPVG4nXGB05jiq6MaEMnDmNNnVOh+jaiPYzvCxoHCFon/qMEFouCjlQgZudcW0e5qDLEiaGlZpQciJZcyiPppQoaJ5GA/pF/qWw',
    '+pGqZH6UGEXNP+YY8qb+MtZ0aX236vbQz4giNari4CRom/QEIMK0YuBM87Bj2QDFFaK2Z3OGdLxpyftfEVAOm5aK4uAhaJoQNGQWGkjcTrT5eqLJ/dKLTyqXIJuFPgaRjE',
    'cG2G2FLWgDURWhLs+VdKf7Id+zi3cnWFy1/CjgvUwKMJxWGAaZ8WptMZSKttCTTIpnFixoCwiNdNNnj6OEcUlcZCst4oTbmPO4j8T+gfQ8HuNyDhC0o5x4guksQeBZ7RBo',
    'B8l5xRMqxzxK07/JupdoEGgHyXnFEyrHPErTwB/fAkwQaAfJcifhPlMI6PwOLqWCSC5ohgh4KHFu6LSGQrfdm8UP5EzzPfylT0PI670gAQICE1Ttdc3sISFQGAZBJTrHOW',
    'iYsIhfxpinNr7Zooe09h6eX+dOwLwK1G9O/8obecWxUzNZxepac1E4BeKRi6v2irhtFckOoXhP7DhomWBH4eEW1FvbIWMiWAXx3o3g6fAZqLeZwX2AQXj6+ez3DwnvqBkq',
    'MwD58JaqolGTQhOA8Wc2/Ttom1HbXETfqpjFSxtMZVIkJHr1bTGthiVneSxJFV/KaNWrFaohCyP8zl0eixS1R4SpM1lUqDe7kFRsaDZonLwvYuWExgqhuG4hhHR8Q8qnIV',
    'nzwVwkG3bNJKsSprl+a7r6/sUn5IOOl7tB66zTJ0qfp6c2aJ6xpVDh8ecFekpMioNabGyoUbzDOj1RJxFzast7BpyqI2sfsMXJde7J7IqVIYKowtF+l7+5MGihQhl4o16L',
    '3TssDTbFoqcxIAqXc8KuGcEWWybI417zxN+P3D98rbFuud2LGUx3vDBooUJjZwf93ZzsQtx4gvcUcXhUPDCqyBdtsIQXa3OXlDYOVEtSwir0c02F+HMEbG0raKLxXiz5zL',
    'ABsyH2TAalG0sNHijm0FQsyFGcZLggS/JGLDWgWxk2BixsaidoolRsM11shpaJjNBrTUbDsV3CAzOcZhfxHFHtahf4Yiarh1TSzsUgaKJUWmPVG4nWme0hXZPBUAkGvpUu',
    'kKgp9M8npDKS4uUhaKDd5UL1Ebv+1C7YS9U6IlZH96nX7WAFV00dNyDhmHrjI2iedCKru/Vh3UQBOpNlQeeB46j/T6cdmW9R/5twn1gwB7ioJmib8VzfdYHev0rgpS7mLh',
    'yVxFzkWXmLQvjJKAdN2keIYfxkBXe4J2iaD4CDacBU5FEh5zyo2VO6uL2tP7ZSFoUsWym4fFXZvwIFTUVFHiBomOr/beVU6TrnBWT4tTy4xoR0NPP3cDpgGh67cGrShClo',
    'C+mx7OcYNDFM+OEh9DPjor2jOSQbJpK6NIzKISVfZmgg8qA0vJbXQA9oB8l5xRL3vKyDeb2R8swQaAfJecUTKsc8StO/ybqXaBBoB8lyJ+E+Uwjo/A4upYJMLGiGCHd26N',
    'FyY+4nGVX1dvkxYX98Xpo3ZEx/AQ+z9UpAmvvRpazTU2QyLYKANGiYsIh3P9ih3Xj/A4XlWMRT+4ZVWVqs2NYDpx64O6EnQhBaDImV1fpWGKc7BgCCTxP5sfU4aJly/f4L',
    'FtRb2yT+eY74bNJhBzED6rdudQFoHIVoYVPtT03+TLpLrqUpGPFimu8Q0ukicWSYqK4vaJtSIDFqfnJirUqX5t4mPVCd7bDf2X4BM5eXuifiJXqNaI8ghskED7QWLDdnv7',
    '01aJymA0AFgtyQUDWlFPfJr+WOKMXnN8GpLrNa7SivEtknF0l6+bswzkgkP6i6QNiRhZtQDWM0aJ7Iv+iVzwIri/2W9R47yMuHmqmgZme2tZaN5cp49C1/G+crjQFHZHn+',
    'zNoVoIy/Lh+npjVon/oEfpCANkvn83EEg7p5pUrA3HoboEwre07C3ViRDPCZZdxEYgfge6CnCo1vvHw1mPTOyzFooUJlT2FA7epWYw4ng26Gfplzi66uThw+sKAvfrivtK',
    'HlKhZzLAS/jq+iaa4LemdjKWiiine8IQPatfS1T3XYFANZC/A9n/ZPJ/TfSpxtkvgaS2ff1jEFgBeiImiiine8IQVjZpwOeA9axqbjtUFzxF5HFQ6OsU8+6WQa4uUjaKFC',
    'GXiaAj2hfOr+9gOxq3GRJK4cylk4GAHmDKq4r8MRUVMnaJ6TDxgszMjNUqoBF4t9NIa+0cDHTzh/h0UdllHG4vVXsLmUAIxvJWidSpzgQzGodu0JbIC2/CZlu06WeItpVo',
    'Iyh6JXc/seVttEbGssaJt5HAzifGyNBVS5W1wgALocyBJyVrt6/ijW4EO90+LgIEXRNy9G2i1GlpEqaJoKJ0Kq/hWw4IkR0LfD3UPvq8viYTMohniljPwc4zmGMqgQMGxz',
    '9Pc+JGiY6vxsEDT1Yk6uLzBXeJoy4+591naH3DTQzNS15cwC1z7iMSZoC+m1kG4sFxijOIKqxP9aq6fXkGW0AhMxa16bkJ8fETCZMjGxKA9oB8l5xRL3vKyDeb2UOjwQaA',
    'fJecUTKsc8StO/ycIV4BBoB8lyJ+E+Uwjo/A4u1xXk',
  ].join(''),
  'base64',
);

const PACKETS: readonly Uint8Array[] = readPackets(HUMMED);

function readPackets(bytes: Uint8Array): Uint8Array[] {
  const packets: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 1 + (bytes[at] ?? 0)) {
    packets.push(bytes.subarray(at + 1, at + 1 + (bytes[at] ?? 0)));
  }
  return packets;
}

/** The `index`-th 20 ms of an endless hum. */
export const hummedPacket = (index: number): Uint8Array => PACKETS[index % PACKETS.length] ?? Uint8Array.of(0x68);
