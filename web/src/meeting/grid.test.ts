import { describe, expect, it } from 'vitest';
import { bestGrid, MOST_TILES, pageOf, pageSize, WIDE } from './grid';

const windows = [
  { width: 1408, height: 780, gap: 8 },
  { width: 1024, height: 600, gap: 8 },
  { width: 374, height: 720, gap: 8 },
  { width: 836, height: 382, gap: 8 },
];

describe('bestGrid', () => {
  it.each(windows)('keeps 16:9 and stays inside of $width×$height for 1 to 49 tiles', (space) => {
    for (let count = 1; count <= MOST_TILES; count += 1) {
      const { columns, rows, width, height } = bestGrid(count, space);
      expect(columns * rows).toBeGreaterThanOrEqual(count);
      expect(columns * width + (columns - 1) * space.gap).toBeLessThanOrEqual(space.width);
      expect(rows * height + (rows - 1) * space.gap).toBeLessThanOrEqual(space.height);
      expect(Math.abs(width - height * WIDE)).toBeLessThan(2);
    }
  });

  it.each(windows)('finds no better number of columns by trying all in $width×$height', (space) => {
    for (const count of [1, 2, 3, 5, 7, 12, 25, 49]) {
      const best = bestGrid(count, space);
      for (let columns = 1; columns <= count; columns += 1) {
        const rows = Math.ceil(count / columns);
        const across = (space.width - space.gap * (columns - 1)) / columns;
        const down = (space.height - space.gap * (rows - 1)) / rows;
        expect(best.width + 1).toBeGreaterThanOrEqual(Math.floor(Math.min(across, down * WIDE)));
      }
    }
  });

  it('lays out as people expect on a wide window', () => {
    const shape = (count: number) => {
      const { columns, rows } = bestGrid(count, { width: 1408, height: 780, gap: 8 });
      return `${columns}×${rows}`;
    };
    expect([1, 2, 4, 6, 9, 16, 25, 49].map(shape)).toEqual(['1×1', '2×1', '2×2', '3×2', '3×3', '4×4', '5×5', '7×7']);
  });

  it('lets tiles grow taller on an upright phone, but not beyond the given shape', () => {
    const space = { width: 374, height: 720, gap: 8 };
    const two = bestGrid(2, space, 3 / 4);
    expect(two).toMatchObject({ columns: 1, rows: 2, width: 374, height: 356 });
    const one = bestGrid(1, space, 3 / 4);
    expect(one.width / one.height).toBeCloseTo(3 / 4, 2);
  });

  it('is not confused by a window without size', () => {
    expect(bestGrid(3, { width: 0, height: 0, gap: 8 })).toMatchObject({ width: 0, height: 0 });
  });
});

describe('pages', () => {
  it('never shows more than 49 tiles, nor tiles too narrow', () => {
    expect(pageSize(200, { width: 3000, height: 2000, gap: 8 }, 132)).toBe(MOST_TILES);
    const size = pageSize(49, { width: 374, height: 680, gap: 8 }, 104, 3 / 4);
    expect(size).toBeLessThan(49);
    expect(bestGrid(size, { width: 374, height: 680, gap: 8 }, 3 / 4).width).toBeGreaterThanOrEqual(104);
  });

  it('cuts pages, and goes to the last one when people have left', () => {
    const all = Array.from({ length: 10 }, (_, index) => index);
    expect(pageOf(all, 4, 1)).toEqual({ tiles: [4, 5, 6, 7], page: 1, pages: 3 });
    expect(pageOf(all, 4, 9)).toEqual({ tiles: [8, 9], page: 2, pages: 3 });
    expect(pageOf([], 4, 0)).toEqual({ tiles: [], page: 0, pages: 1 });
  });
});
