package com.prorata;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority made for a test, which issues certificates for 127.0.0.1. */
final class Authority {
  private static final Instant NOW = Instant.now();

  private final X500Name name;
  private final KeyPair keys = newKeys();
  private final X509CertificateHolder certificate;

  Authority(String commonName) throws IOException, OperatorCreationException {
    name = new X500Name("CN=" + commonName);
    certificate =
        signed(
            certificateOf(name, keys.getPublic())
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(true)));
  }

  /** A certificate and its key, as PEM. */
  record Identity(String certificatePem, String keyPem) {
    InputStream certificate() {
      return stream(certificatePem);
    }

    InputStream key() {
      return stream(keyPem);
    }
  }

  InputStream certificate() throws IOException {
    return stream(pem("CERTIFICATE", certificate.getEncoded()));
  }

  Identity issue(String commonName) throws IOException, OperatorCreationException {
    KeyPair own = newKeys();
    GeneralNames address = new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
    X509CertificateHolder issued =
        signed(
            certificateOf(new X500Name("CN=" + commonName), own.getPublic())
                .addExtension(Extension.subjectAlternativeName, false, address));
    return new Identity(
        pem("CERTIFICATE", issued.getEncoded()), pem("PRIVATE KEY", own.getPrivate().getEncoded()));
  }

  private X509v3CertificateBuilder certificateOf(X500Name subject, PublicKey key) {
    return new JcaX509v3CertificateBuilder(
        name,
        new BigInteger(64, new SecureRandom()),
        Date.from(NOW.minusSeconds(60)),
        Date.from(NOW.plusSeconds(3_600)),
        subject,
        key);
  }

  private X509CertificateHolder signed(X509v3CertificateBuilder builder)
      throws OperatorCreationException {
    return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException error) {
      throw new IllegalStateException(error);
    }
  }

  private static String pem(String kind, byte[] content) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(kind, lines);
  }

  private static InputStream stream(String pem) {
    return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
  }
}
