/** A link as a QR code, dark on light in either theme: readers want it so. */
import { useEffect, useState } from 'react';
import type { Code } from './qr';
import styles from './QrCode.module.css';

export function QrCode({ url, title }: { url: string; title: string }) {
  const [code, setCode] = useState<Code | null>(null);
  useEffect(() => {
    let shown = true;
    // The link stands beside it: where the code cannot be loaded, nothing is lost.
    void import('./qr').then(({ codeOf }) => shown && setCode(codeOf(url)), () => undefined);
    return () => {
      shown = false;
    };
  }, [url]);
  return (
    <div className={styles.code}>
      {code && (
        <svg role="img" aria-label={title} viewBox={`0 0 ${code.size} ${code.size}`} shapeRendering="crispEdges" data-testid="qr-code">
          <title>{title}</title>
          <path d={code.path} />
        </svg>
      )}
    </div>
  );
}
