/** The grid of one page, and the way to the other pages: buttons, Page keys and swipes. */
import type { TrackReferenceOrPlaceholder } from '@livekit/components-core';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bestGrid, pageOf, pageSize, WIDE } from './grid';
import { tileKey } from './people';
import styles from './Stage.module.css';
import { Tile } from './Tile';

const GAP = 8;
const CORNER = 12;
const PAGES_HEIGHT = 44;
const SWIPE = 56;
/** On an upright phone tiles may grow up to 3:4. */
const UPRIGHT = 3 / 4;
/** One person alone may fill the whole upright screen. */
const UPRIGHT_ONE = 9 / 16;

interface Props {
  tiles: TrackReferenceOrPlaceholder[];
  /** A small tile that lies in the corner of a single large one. */
  corner?: TrackReferenceOrPlaceholder;
  width: number;
  height: number;
}

export function GridView({ tiles, corner, width, height }: Props) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState(0);
  const touch = useRef<{ x: number; y: number } | null>(null);
  const phone = width < 600;
  const tallest = phone && height > width ? (tiles.length === 1 ? UPRIGHT_ONE : UPRIGHT) : WIDE;
  const narrowest = phone ? 104 : 132;

  const whole = { width, height, gap: GAP };
  const fitsOne = pageSize(tiles.length, whole, narrowest, tallest) >= tiles.length;
  const space = fitsOne ? whole : { ...whole, height: height - PAGES_HEIGHT };
  const size = pageSize(tiles.length, space, narrowest, tallest);
  const { tiles: shown, page, pages } = pageOf(tiles, size, wanted);
  const grid = bestGrid(pages > 1 ? size : shown.length, space, tallest);

  useEffect(() => {
    if (pages < 2) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'PageDown') setWanted(Math.min(page + 1, pages - 1));
      if (event.key === 'PageUp') setWanted(Math.max(page - 1, 0));
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [page, pages]);

  const swipe = (event: React.TouchEvent) => {
    const start = touch.current;
    const end = event.changedTouches[0];
    touch.current = null;
    if (!start || !end || pages < 2) return;
    const [across, along] = [end.clientX - start.x, end.clientY - start.y];
    if (Math.abs(across) < SWIPE || Math.abs(across) < 2 * Math.abs(along)) return;
    const forward = across < 0 === (document.documentElement.dir !== 'rtl');
    setWanted(Math.min(pages - 1, Math.max(0, page + (forward ? 1 : -1))));
  };

  return (
    <>
      <div
        className={styles.grid}
        style={{ bottom: pages > 1 ? PAGES_HEIGHT : 0 }}
        data-testid="grid"
        data-columns={grid.columns}
        data-rows={grid.rows}
        onTouchStart={({ touches }) => {
          const first = touches[0];
          touch.current = first && touches.length === 1 ? { x: first.clientX, y: first.clientY } : null;
        }}
        onTouchEnd={swipe}
      >
        {shown.map((one) => (
          <div key={tileKey(one)} className={styles.cell} style={{ width: grid.width, height: grid.height }}>
            <Tile trackRef={one} size={grid.width >= 480 ? 'large' : grid.width >= 200 ? 'medium' : 'small'} />
          </div>
        ))}
      </div>
      {corner && (
        <div className={styles.corner} style={{ insetInlineEnd: (width - grid.width) / 2 + CORNER, bottom: (height - grid.height) / 2 + CORNER }}>
          <Tile trackRef={corner} size="small" />
        </div>
      )}
      {pages > 1 && (
        <nav className={styles.pages} aria-label={t('meeting.pages')}>
          <button type="button" className={styles.pageButton} disabled={page === 0} onClick={() => setWanted(page - 1)} aria-label={t('meeting.pageBack')}>
            <ChevronLeft size={20} aria-hidden />
          </button>
          <span className={styles.pageNumber} data-testid="page-number">{page + 1} / {pages}</span>
          <button type="button" className={styles.pageButton} disabled={page === pages - 1} onClick={() => setWanted(page + 1)} aria-label={t('meeting.pageOn')}>
            <ChevronRight size={20} aria-hidden />
          </button>
        </nav>
      )}
    </>
  );
}
