/** How many tiles fit how, as pure arithmetic. Sizes in CSS pixels. */

export interface Grid {
  columns: number;
  rows: number;
  width: number;
  height: number;
}

export interface Space {
  width: number;
  height: number;
  gap: number;
}

export const WIDE = 16 / 9;
export const MOST_TILES = 49;

/**
 * The grid that covers most of the space with `count` tiles of one shape. Tiles are 16:9; where `tallest` (width by
 * height) is smaller, as on an upright phone, they may grow taller down to that shape.
 */
export function bestGrid(count: number, space: Space, tallest = WIDE): Grid {
  let best: Grid = { columns: 1, rows: Math.max(1, count), width: 0, height: 0 };
  let bestArea = -1;
  for (let columns = 1; columns <= Math.max(1, count); columns += 1) {
    const rows = Math.max(1, Math.ceil(count / columns));
    const cell = fit(columns, rows, space, tallest);
    const area = cell.width * cell.height;
    if (area > bestArea + 0.5) {
      best = { columns, rows, ...cell };
      bestArea = area;
    }
  }
  return best;
}

function fit(columns: number, rows: number, { width, height, gap }: Space, tallest: number) {
  const cellWidth = Math.max(0, (width - gap * (columns - 1)) / columns);
  const cellHeight = Math.max(0, (height - gap * (rows - 1)) / rows);
  const shape = Math.min(WIDE, Math.max(tallest, cellHeight > 0 ? cellWidth / cellHeight : WIDE));
  const tileWidth = Math.floor(Math.min(cellWidth, cellHeight * shape));
  return { width: tileWidth, height: Math.floor(Math.min(cellHeight, tileWidth / shape)) };
}

/** How many of `count` tiles one page shows so that none gets narrower than `narrowest`. */
export function pageSize(count: number, space: Space, narrowest: number, tallest = WIDE): number {
  let size = Math.min(count, MOST_TILES);
  while (size > 1 && bestGrid(size, space, tallest).width < narrowest) size -= 1;
  return Math.max(1, size);
}

/** The tiles of page number `page` (from 0), and how many pages there are; a page past the end is the last one. */
export function pageOf<T>(all: readonly T[], size: number, page: number): { tiles: T[]; page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(all.length / size));
  const shown = Math.min(Math.max(0, page), pages - 1);
  return { tiles: all.slice(shown * size, shown * size + size), page: shown, pages };
}
