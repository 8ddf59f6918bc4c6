"""The books of one company: chart of accounts, VAT codes, dimensions, periods, vouchers, invoices and payments."""
